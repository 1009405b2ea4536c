// SPDX-License-Identifier: AGPL-3.0-or-later
// The queue of a centre: what moderators decide, and what members and sources send. What arrives is given a transaction.
export { acceptOffer, askForChanges, refuseOffer, removeOffer, takeItem } from './commands/decide.ts'
export { receiveAnnounced, receiveForeign, type Foreign } from './commands/announced.ts'
export { completeItem } from './commands/complete.ts'
export { renameAssociation } from './commands/rename.ts'
export { receiveOffer } from './commands/receive.ts'
export { receiveUnannounced, receiveWithdrawal, removeAllOf, removeAllThrough } from './commands/withdraw.ts'
