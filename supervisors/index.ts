/** OTP's supervisors for XState actors. It knows nothing of WAMP. */
export type { BackoffOptions } from './backoff.js';
export { SUPERVISOR_CHART, type SupervisorValue } from './chart.js';
export type { ChildInfo } from './child.js';
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
} from './child-spec.js';
export { type Clock, type Milliseconds, systemClock } from './clock.js';
export type { ChildTemplate, DynamicChildSpec, DynamicSupervisorOptions } from './dynamic-options.js';
export { dynamicSupervisor } from './dynamic-supervisor.js';
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
export { link, unlink } from './link.js';
export {
  type ChildDownEvent,
  type ChildDownNotice,
  type DownEvent,
  type DownListener,
  type DownNotice,
  type Monitor,
  monitor,
} from './monitor.js';
export {
  type PartitionChild,
  type PartitionKey,
  type PartitionSupervisorOptions,
  partition,
  partitionOf,
  partitionSupervisor,
} from './partition-supervisor.js';
export { PathRef } from './path-ref.js';
export type { Report } from './report.js';
export type { ChildCounts, ChildRef } from './requests.js';
export { sendExit } from './signals.js';
export type { Strategy } from './strategy.js';
export { supervised } from './supervised.js';
export { type SupervisorOptions, supervisor } from './supervisor.js';
export type { SupervisorEvent, SupervisorLogic, SupervisorSnapshot } from './supervisor-logic.js';
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
} from './task.js';
export type { TaskContext, TaskRun } from './task-call.js';
export {
  runTask,
  startTask,
  type TaskCallOptions,
  type TaskSupervisorOptions,
  type TaskTree,
  taskSupervisor,
} from './task-supervisor.js';
export type { ReadyEvent, ShutdownEvent, StartedEvent } from './traits.js';
export { type Found, type Inspector, type StartOptions, start, type Tree } from './tree.js';
export type { ChildJson, LiveJson, SupervisorJson, TreeJson } from './tree-json.js';
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
} from './tree-spec.js';
export type { ChildStatus, ChildView, SupervisorView } from './view.js';
