/** OTP's supervisors for XState actors. It knows nothing of WAMP. */

export { type Clock, type Milliseconds, systemClock } from './clock.js';
export { SUPERVISOR_CHART, type SupervisorValue } from './engine/chart.js';
export type { ChildInfo } from './engine/child.js';
export type { ChildCounts, ChildRef } from './engine/requests.js';
export { supervised } from './engine/supervised.js';
export type { SupervisorEvent, SupervisorLogic, SupervisorSnapshot } from './engine/supervisor-logic.js';
export {
  AmbiguousChild,
  BadSpec,
  ChildState,
  DynamicChild,
  GaveUp,
  MaxChildren,
  NotReady,
  NotRunning,
  type SpecProblem,
  type SpecProblemName,
  StartFailed,
  StartTimedOut,
  SupervisorError,
  TaskStopped,
  TaskTimedOut,
  UnknownChild,
} from './errors.js';
export { describeExit, type Exit, type ExitReason, exit, isExit, isNormal } from './exit-reason.js';
export { dynamicSupervisor } from './kinds/dynamic-supervisor.js';
export {
  type PartitionChild,
  type PartitionKey,
  type PartitionSupervisorOptions,
  partition,
  partitionOf,
  partitionSupervisor,
} from './kinds/partition-supervisor.js';
export { type SupervisorOptions, supervisor } from './kinds/supervisor.js';
export { link, unlink } from './links/link.js';
export {
  type ChildDownEvent,
  type ChildDownNotice,
  type DownEvent,
  type DownListener,
  type DownNotice,
  type Monitor,
  monitor,
} from './links/monitor.js';
export { sendExit } from './links/signals.js';
export type { Report } from './report.js';
export type { BackoffOptions } from './spec/backoff.js';
export {
  type AutoShutdown,
  type Budget,
  type ChildHandle,
  type ChildIdentity,
  type ChildSpec,
  checkChildSpecs,
  type Fate,
  type FullChildSpec,
  fullSpec,
  fullSpecs,
  type HandleIdentity,
  ignore,
  type Restart,
  type Shutdown,
  type StartFunction,
  type WaitFor,
} from './spec/child-spec.js';
export type { ChildTemplate, DynamicChildSpec, DynamicSupervisorOptions } from './spec/dynamic-options.js';
export type { Strategy } from './spec/strategy.js';
export {
  type Actors,
  type BranchSpec,
  type DynamicTreeSpec,
  type LeafSpec,
  type NodeSpec,
  type PreparedSpec,
  type SupervisorSpec,
  type TreeSpec,
  treeFrom,
} from './spec/tree-spec.js';
export {
  TASK_CHART,
  type TaskEvent,
  type TaskFunction,
  type TaskLogic,
  type TaskOptions,
  type TaskScope,
  type TaskSnapshot,
  type TaskValue,
  task,
} from './tasks/task.js';
export type { TaskContext, TaskRun } from './tasks/task-call.js';
export {
  runTask,
  startTask,
  type TaskCallOptions,
  type TaskSupervisorOptions,
  type TaskTree,
  taskSupervisor,
} from './tasks/task-supervisor.js';
export type { ReadyEvent, ShutdownEvent, StartedEvent } from './traits.js';
export { PathRef } from './tree/path-ref.js';
export { type Found, type Inspector, type StartOptions, start, type Tree } from './tree/tree.js';
export type { ChildJson, LiveJson, SupervisorJson, TreeJson } from './tree/tree-json.js';
export type { ChildStatus, ChildView, SupervisorView } from './view.js';
