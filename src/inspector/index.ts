/** A local page that shows a tree of supervisors while it runs, and drawings of state charts. */
export { activeStates, type Chart, type ChartEdge, type ChartInvoke, type ChartNode, chartOf } from './chart.js';
export { type Layout, layoutOf } from './layout.js';
export { toMermaid } from './mermaid.js';
export type { InspectedActor, InspectedReport, InspectedTree } from './records.js';
export { type InspectOptions, type Inspector, inspect } from './server.js';
export { type SvgOptions, toSvg } from './svg.js';
