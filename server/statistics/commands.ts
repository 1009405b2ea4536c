// SPDX-License-Identifier: AGPL-3.0-or-later
export { receiveReport } from './commands/receive.ts'
export { shareEndedDays, toldLines, type ToldLine } from './commands/share.ts'
