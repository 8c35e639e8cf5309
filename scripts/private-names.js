/**
 * Which names of properties nobody outside of a bundle sees, so that they may be shortened in it. A minifier cannot know, since it
 * sees no types; the compiler can. A name stays if
 *
 * - a user of the bundle's exports may read or write it: all that can be reached from their types;
 * - the platform or a package has it, on something that is used here;
 * - an object with it is taken for something whose names are not known (`unknown`, a dictionary), where it may be enumerated: sent,
 *   logged, shown; or comes from there, and was made elsewhere;
 * - it is looked up by a variable, or is the text of some string;
 * - the compiler cannot tell what it is of.
 *
 * All of this is by name: what stays for one object stays for every other.
 */
const { resolve } = require('node:path');
const ts = require('typescript');
const { visibleNames } = require('./visible-names.js');

const ROOT = resolve(__dirname, '..');

const { SymbolFlags, TypeFlags } = ts;

/** What the language itself asks of any object. */
const LANGUAGE = 'constructor prototype then toJSON toString valueOf next return throw done value'.split(' ');

/**
 * @param entry the module whose exports are public
 * @param beside whether a module is not bundled, though its source is this project's: what is imported of it is public, too
 * @param files what is bundled
 * @param names of the properties in it
 * @param because is told why a name stays, and where that was seen
 * @returns those of `names` that may be shortened
 */
function privateNames({ entry, beside = () => false, files, names, because = () => {} }) {
  const { config } = ts.readConfigFile(resolve(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const program = ts.createProgram([resolve(ROOT, entry)], { ...options, types: ['node'] });
  const checker = program.getTypeChecker();
  const hidden = new Set(names);
  for (const name of LANGUAGE) hidden.delete(name);
  const keep = (name, why, node) => {
    if (hidden.delete(name)) because(name, why, node);
  };
  const types = visibleNames(checker, keep);
  const at = (node) => checker.getTypeAtLocation(node);

  function member(name, symbol, node) {
    const roots = symbol === undefined ? [] : checker.getRootSymbols(symbol);
    const isProperty = ({ flags, declarations = [] }) =>
      (flags & (SymbolFlags.Property | SymbolFlags.Method | SymbolFlags.Accessor)) !== 0 && declarations.length > 0;
    if (roots.length === 0 || !roots.every(isProperty)) keep(name, 'not known what it is of', node);
    else if (roots.some(types.isForeign)) keep(name, 'a name of others', node);
  }

  function destructured({ elements }, node) {
    const type = checker.getApparentType(at(node));
    for (const { dotDotDotToken, propertyName, name } of elements) {
      const key = propertyName ?? name;
      if (dotDotDotToken !== undefined || !ts.isIdentifier(key)) continue;
      member(key.text, checker.getPropertyOfType(type, key.text), key);
    }
  }

  function lookedUp({ expression, argumentExpression: key }) {
    if (ts.isStringLiteralLike(key) || at(key).flags & TypeFlags.NumberLike) return;
    const type = at(expression);
    for (const part of type.isUnion() ? type.types : [type]) {
      for (const { name } of types.propertiesOf(part)) keep(name, 'looked up', expression);
    }
  }

  function inherited({ heritageClauses = [] }, node) {
    for (const base of heritageClauses.flatMap((clause) => clause.types)) {
      types.touch(at(base), base);
      types.flow(at(node), at(base), base);
    }
  }

  function guarded({ type: predicate, parameters }, node) {
    if (predicate?.type === undefined || !ts.isTypePredicateNode(predicate)) return;
    const about = parameters.find(({ name }) => name.getText() === predicate.parameterName.getText());
    if (about !== undefined) types.flow(at(about), at(predicate.type), node);
  }

  function returned(expression, from) {
    const type = checker.getSignatureFromDeclaration(from).getReturnType();
    const awaited = (each) => checker.getAwaitedType(each) ?? each;
    types.flow(awaited(at(expression)), awaited(type), expression);
  }

  function passed({ arguments: args = [] }, node) {
    const { parameters = [] } = checker.getResolvedSignature(node) ?? {};
    const item = (type) => checker.getIndexTypeOfType(type, ts.IndexKind.Number) ?? type;
    for (const [index, argument] of args.entries()) {
      const type = ts.isSpreadElement(argument) ? item(at(argument.expression)) : at(argument);
      const parameter = parameters[index] ?? parameters.at(-1);
      if (parameter === undefined) {
        types.enumerate(type, 'passed to anything', argument);
        continue;
      }
      const { valueDeclaration: declaration } = parameter;
      const taken = types.typeOf(parameter, node);
      types.flow(type, declaration?.dotDotDotToken === undefined ? taken : item(taken), argument);
      const generic = declaration?.type === undefined ? undefined : at(declaration.type).symbol?.declarations?.[0];
      if (types.leaking.has(generic)) types.enumerate(type, 'passed on to anything', argument);
    }
  }

  const isInitialized = (node) =>
    (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isPropertyDeclaration(node)) &&
    node.initializer !== undefined &&
    node.type !== undefined;
  const hasDefault = (node) =>
    ts.isBindingElement(node) && node.initializer !== undefined && ts.isIdentifier(node.name);
  const isAssigned = (node) => ts.isBinaryExpression(node) && ts.isAssignmentOperator(node.operatorToken.kind);

  const LOOKS = [
    [ts.isStringLiteralLike, (node) => keep(node.text, 'a string', node)],
    [ts.isPropertyAccessExpression, ({ name }) => member(name.text, checker.getSymbolAtLocation(name), name)],
    [ts.isObjectBindingPattern, destructured],
    [ts.isElementAccessExpression, lookedUp],
    [ts.isForInStatement, ({ expression }) => types.enumerate(at(expression), 'enumerated', expression)],
    [ts.isThrowStatement, ({ expression }) => types.enumerate(at(expression), 'thrown', expression)],
    [ts.isClassLike, inherited],
    [ts.isFunctionLike, guarded],
    [ts.isAsExpression, (node) => types.flow(at(node.expression), at(node), node)],
    [isInitialized, (node) => types.flow(at(node.initializer), at(node.type), node)],
    [hasDefault, (node) => types.flow(at(node.initializer), at(node.name), node)],
    [isAssigned, ({ left, right }) => types.flow(at(right), at(left), right)],
    [ts.isArrowFunction, (node) => ts.isBlock(node.body) || returned(node.body, node)],
    [
      ts.isReturnStatement,
      (node) => node.expression && returned(node.expression, ts.findAncestor(node, ts.isFunctionLike)),
    ],
    [
      ts.isYieldExpression,
      ({ expression }) =>
        expression && types.flow(at(expression), checker.getContextualType(expression) ?? at(expression), expression),
    ],
    [(node) => ts.isCallExpression(node) || ts.isNewExpression(node), passed],
  ];

  function look(node) {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isExpression(node)) types.touch(at(node), node);
    for (const [isSuch, follow] of LOOKS) if (isSuch(node)) follow(node, node);
    ts.forEachChild(node, look);
  }

  function publish(aliases, node) {
    for (const alias of aliases) {
      const symbol = alias.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
      const isType = (alias.declarations ?? []).some(ts.isTypeOnlyImportOrExportDeclaration);
      if (symbol.flags & SymbolFlags.Type)
        types.expose(checker.getDeclaredTypeOfSymbol(symbol), `of ${alias.name}`, node);
      if (!isType && symbol.flags & SymbolFlags.Value)
        types.expose(checker.getTypeOfSymbol(symbol), `of ${alias.name}`, node);
    }
  }

  function publishImports(declaration) {
    const module = checker.getSymbolAtLocation(declaration.moduleSpecifier)?.declarations?.[0].getSourceFile();
    if (module === undefined || !beside(module.fileName)) return;
    const elements = declaration.importClause?.namedBindings?.elements ?? [];
    const values = elements.filter((each) => !ts.isTypeOnlyImportOrExportDeclaration(each));
    publish(
      values.map(({ name }) => checker.getSymbolAtLocation(name)),
      declaration,
    );
  }

  const main = program.getSourceFile(resolve(ROOT, entry));
  publish(checker.getExportsOfModule(checker.getSymbolAtLocation(main)), main);
  const sources = files.map((file) => program.getSourceFile(resolve(ROOT, file))).filter((file) => file !== undefined);
  for (const source of sources) source.statements.filter(ts.isImportDeclaration).forEach(publishImports);
  // That a type parameter leaks may be seen after what is given for it: then once more.
  for (let known = -1; known < types.leaking.size; ) {
    known = types.leaking.size;
    sources.forEach(look);
  }
  return [...hidden].sort();
}

module.exports = { privateNames };
