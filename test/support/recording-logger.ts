export { type LoggedLine, type RecordingLogger, recordingLogger } from '../../src/testing/log.js';
