// SPDX-License-Identifier: AGPL-3.0-or-later
// The operator's commands: `npx mainforte <command> --help`. Each works while the server runs, except restore.
import { call } from './cli/call.ts'

process.exitCode = await call(process.argv.slice(2), process.env)
