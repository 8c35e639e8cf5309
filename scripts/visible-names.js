/** What types say about who sees which names of properties. */
const ts = require('typescript');

const { TypeFlags, SymbolFlags, ObjectFlags, ModifierFlags } = ts;

/**
 * @param checker of the program
 * @param keep is called with each name that has to stay, why, and where
 */
function visibleNames(checker, keep) {
  /** Of the platform or of a package. What `Pick` and its like make is of whoever they make it of. */
  const isForeign = (symbol) =>
    symbol !== undefined &&
    (symbol.flags & SymbolFlags.TypeLiteral) === 0 &&
    (symbol.declarations ?? []).some((each) => each.getSourceFile().fileName.includes('/node_modules/'));
  const isObject = (type) => (type.flags & (TypeFlags.Object | TypeFlags.Intersection)) !== 0;
  const propertiesOf = (type) => checker.getPropertiesOfType(type).filter(({ name }) => !name.startsWith('#'));
  const signaturesOf = (type) => [...type.getCallSignatures(), ...type.getConstructSignatures()];
  const argumentsOf = (type) => ((type.objectFlags ?? 0) & ObjectFlags.Reference ? checker.getTypeArguments(type) : []);
  const typeOf = (symbol, node) => checker.getTypeOfSymbolAtLocation(symbol, symbol.valueDeclaration ?? node);
  const membersOf = (type) =>
    checker.getPropertiesOfType(type).length + signaturesOf(type).length + checker.getIndexInfosOfType(type).length;
  const isAnything = (type) => (type.flags & (TypeFlags.Any | TypeFlags.Unknown | TypeFlags.NonPrimitive)) !== 0;
  const isOpen = (type) => isAnything(type) || ((type.flags & TypeFlags.Object) !== 0 && membersOf(type) === 0);

  const exposed = new Set();
  /** All that can be reached from a type has its names: somebody else uses it, or has made it. */
  function expose(type, why, node) {
    if (exposed.has(type)) return;
    exposed.add(type);
    if (type.isUnionOrIntersection()) for (const part of type.types) expose(part, why, node);
    if (type.flags & TypeFlags.TypeParameter) {
      const constraint = checker.getBaseConstraintOfType(type);
      if (constraint !== undefined) expose(constraint, why, node);
    }
    if (!isObject(type)) return;
    if (isForeign(type.symbol)) {
      for (const argument of argumentsOf(type)) expose(argument, why, node);
      return;
    }
    for (const property of propertiesOf(type)) {
      if (isHidden(property)) continue;
      keep(property.name, why, node);
      if (!isForeign(property)) expose(typeOf(property, node), why, node);
    }
    for (const keys of checker.getIndexInfosOfType(type)) expose(keys.type, why, node);
    for (const signature of signaturesOf(type)) {
      expose(signature.getReturnType(), why, node);
      if (isInternal(signature.declaration)) continue;
      for (const parameter of signature.parameters) expose(typeOf(parameter, node), why, node);
    }
  }
  const isHidden = ({ valueDeclaration: declaration }) =>
    declaration !== undefined &&
    (ts.getCombinedModifierFlags(declaration) & (ModifierFlags.Private | ModifierFlags.Protected)) !== 0;
  const isInternal = (declaration) =>
    declaration !== undefined && ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === 'internal');

  const enumerated = new Set();
  /** Type parameters whose values are enumerated somewhere: so is whatever is given for them. */
  const leaking = new Set();
  /** What an object itself has may be enumerated, and what that has. Nobody calls what he knows nothing of. */
  function enumerate(type, why, node) {
    if (enumerated.has(type)) return;
    enumerated.add(type);
    if (type.isUnionOrIntersection()) for (const part of type.types) enumerate(part, why, node);
    if (type.flags & TypeFlags.TypeParameter) for (const each of type.symbol?.declarations ?? []) leaking.add(each);
    if (!isObject(type)) return;
    if (isForeign(type.symbol)) {
      for (const argument of argumentsOf(type)) enumerate(argument, why, node);
      return;
    }
    for (const property of propertiesOf(type)) {
      if (isOnPrototype(property)) continue;
      keep(property.name, why, node);
      if (!isForeign(property)) enumerate(typeOf(property, node), why, node);
    }
    for (const keys of checker.getIndexInfosOfType(type)) enumerate(keys.type, why, node);
  }
  const isOnPrototype = ({ declarations = [] }) =>
    declarations.length > 0 &&
    declarations.every((each) => ts.isClassLike(each.parent) && !ts.isPropertyDeclaration(each));

  const flowed = new Set();
  /** A value of one type is taken for one of another. */
  function flow(from, to, node) {
    const key = `${from.id} ${to.id}`;
    if (from === to || flowed.has(key)) return;
    flowed.add(key);
    if (to.isUnion()) for (const part of to.types) flow(from, part, node);
    else if (from.isUnion()) for (const part of from.types) flow(part, to, node);
    else if (isOpen(to)) enumerate(from, 'taken for anything', node);
    else if (isAnything(from)) expose(to, 'made elsewhere', node);
    else if (isObject(from) && isObject(to)) flowIntoObject(from, to, node);
  }

  function flowIntoObject(from, to, node) {
    const [given, taken] = [argumentsOf(from), argumentsOf(to)];
    if (from.symbol !== undefined && from.symbol === to.symbol && given.length > 0 && given.length === taken.length) {
      for (const [index, each] of given.entries()) flow(each, taken[index], node);
    } else if (isForeign(from.symbol) && isForeign(to.symbol)) {
      // How an Array is an Iterable is not looked at: whatever the one has may be whatever the other has. Of what is iterated over,
      // only the first is the item; the others, which nobody gives, are `any`.
      const items = taken.length === 3 ? taken.slice(0, 1) : taken;
      for (const each of given) for (const item of items) flow(each, item, node);
    } else {
      flowByName(from, to, node);
      flowByKey(from, to, node);
      for (const kind of ['getCallSignatures', 'getConstructSignatures']) {
        for (const made of from[kind]()) for (const called of to[kind]()) flowByCall(made, called, node);
      }
    }
  }

  function flowByName(from, to, node) {
    const keys = checker.getIndexInfosOfType(from);
    for (const target of propertiesOf(to)) {
      const source = checker.getPropertyOfType(from, target.name);
      if (source !== undefined) {
        if (isForeign(source) || isForeign(target)) keep(target.name, 'a name of others', node);
        flow(typeOf(source, node), typeOf(target, node), node);
      }
      if (source === undefined && keys.length > 0) {
        keep(target.name, 'read of a dictionary', node);
        for (const { type } of keys) flow(type, typeOf(target, node), node);
      }
    }
  }

  function flowByKey(from, to, node) {
    const keys = checker.getIndexInfosOfType(to);
    if (keys.length === 0 || isForeign(from.symbol)) return;
    for (const source of propertiesOf(from)) {
      if (checker.getPropertyOfType(to, source.name) !== undefined) continue;
      keep(source.name, 'in a dictionary', node);
      for (const { type } of keys) flow(typeOf(source, node), type, node);
    }
  }

  function flowByCall(made, called, node) {
    flow(made.getReturnType(), called.getReturnType(), node);
    for (const [index, parameter] of made.parameters.entries()) {
      const argument = called.parameters[index];
      if (argument !== undefined) flow(typeOf(argument, node), typeOf(parameter, node), node);
    }
  }

  const touched = new Set();
  /** What others have made has their names, however little of them a type of ours says. */
  function touch(type, node) {
    if (touched.has(type)) return;
    touched.add(type);
    if (type.isUnionOrIntersection()) for (const part of type.types) touch(part, node);
    if (!isObject(type) || !isForeign(type.symbol)) return;
    for (const { name } of checker.getPropertiesOfType(type)) keep(name, 'of the platform or a package', node);
    for (const signature of type.getConstructSignatures()) touch(signature.getReturnType(), node);
  }

  return { isForeign, propertiesOf, typeOf, leaking, expose, enumerate, flow, touch };
}

module.exports = { visibleNames };
