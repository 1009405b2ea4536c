// SPDX-License-Identifier: AGPL-3.0-or-later
// `npx mainforte <command> --help`. Each command works while the server runs, except restore.
import { call } from './cli/call.ts'

process.exitCode = await call(process.argv.slice(2), process.env)
