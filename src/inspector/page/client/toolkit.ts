/** What the parts of the page are made with. Text only ever becomes a text node: nothing is parsed as HTML. */
export interface Toolkit {
  /** An element with classes (`'div.card.wide'`), attributes and children. */
  el<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes?: Readonly<Record<string, string>>,
    ...children: readonly (Node | string)[]
  ): HTMLElementTagNameMap[K];
  /** Sets a text only if it is another one: a selection in it survives. */
  setText(element: Element, text: string): void;
  /** `850 ms`, `4.2 s`, `3 min`, `5 h`, `2 d`. */
  duration(milliseconds: number): string;
  /** Restarts an animation that a class stands for, and takes the class away at its end. */
  flash(element: Element): void;
}

/**
 * Runs in the browser: its text is sent there. So it uses nothing from outside itself, as do the others in this folder.
 */
export function toolkit(): Toolkit {
  return {
    el(tag, attributes = {}, ...children) {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.append(...children);
      return element;
    },
    setText(element, text) {
      if (element.textContent !== text) element.textContent = text;
    },
    duration(milliseconds) {
      const ms = Math.max(0, milliseconds);
      if (ms < 1_000) return `${Math.round(ms)} ms`;
      if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 && ms % 1_000 !== 0 ? 1 : 0)} s`;
      if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`;
      if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h`;
      return `${Math.floor(ms / 86_400_000)} d`;
    },
    flash(element) {
      element.classList.remove('flash');
      // Reading a measure makes the browser notice that the class was gone.
      element.getBoundingClientRect();
      element.classList.add('flash');
      setTimeout(() => element.classList.remove('flash'), 1_600);
    },
  };
}
