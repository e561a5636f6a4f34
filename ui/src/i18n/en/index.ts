// The English catalogue: one file per feature. `{{n}}` is a formatted number, `count` picks the plural.
import { app } from "./app";
import { common } from "./common";
import { errors } from "./errors";
import { records } from "./records";
import { status } from "./status";

export const en = { app, common, errors, records, status } as const;
