/**
 * What the layout uses of dagre. Its own declarations are those of an ES module, which TypeScript will not let
 * CommonJS sources import, although the package holds both kinds; and they type every label as `any`.
 */
declare module '@dagrejs/dagre' {
  export interface Label {
    width?: number;
    height?: number;
    labelpos?: 'c';
    minlen?: number;
    /** The row, set by `layout`. Labels have rows of their own, so the ranks of nodes are even. */
    rank?: number;
    weight?: number;
    /** The centre, set by `layout`. */
    x?: number;
    y?: number;
    /** Of an edge, set by `layout`: from border to border, one for each rank between. */
    points?: { x: number; y: number }[];
  }

  export class Graph {
    constructor(options: { multigraph: boolean });
    setGraph(label: { rankdir: 'TB'; nodesep: number; edgesep: number; ranksep: number }): this;
    setNode(name: string, label: Label): this;
    setEdge(from: string, to: string, label: Label, name: string): this;
    node(name: string): Label;
    edge(from: string, to: string, name: string): Label;
  }

  export function layout(graph: Graph): void;
}
