// SPDX-License-Identifier: AGPL-3.0-or-later
// The queue of a centre: what moderators decide, and what members send. The second half is called with a transaction.
export { acceptOffer, askForChanges, refuseOffer, removeOffer, takeItem } from './commands/decide.ts'
export { renameAssociation } from './commands/rename.ts'
export { receiveOffer } from './commands/receive.ts'
export { receiveWithdrawal, removeAllOf } from './commands/withdraw.ts'
