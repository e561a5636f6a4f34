// The English catalogue: one file per feature. `{{n}}` is a formatted number, `count` picks the plural.
import { app } from "./app";
import { common } from "./common";
import { conflicts } from "./conflicts";
import { connect } from "./connect";
import { editor } from "./editor";
import { errors } from "./errors";
import { history } from "./history";
import { log } from "./log";
import { outbox } from "./outbox";
import { records } from "./records";
import { settings } from "./settings";
import { status } from "./status";
import { undo } from "./undo";
import { wakes } from "./wakes";

export const en = {
  app,
  common,
  conflicts,
  connect,
  editor,
  errors,
  history,
  log,
  outbox,
  records,
  settings,
  status,
  undo,
  wakes,
} as const;
