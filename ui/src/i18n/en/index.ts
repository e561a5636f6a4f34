// The English catalogue: one file per feature. `{{n}}` is a formatted number, `count` picks the plural.
import { app } from "./app";
import { common } from "./common";
import { connect } from "./connect";
import { editor } from "./editor";
import { errors } from "./errors";
import { log } from "./log";
import { outbox } from "./outbox";
import { records } from "./records";
import { settings } from "./settings";
import { status } from "./status";

export const en = { app, common, connect, editor, errors, log, outbox, records, settings, status } as const;
