// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything one may do with the association's own offers. Each is one transaction, or part of the caller's (`tx`).
export { createDraft, editOffer, copyOffer, type OfferInput } from './commands/write.ts'
export { publishOffer, renewOffer, pauseOffer, resumeOffer } from './commands/publish.ts'
export { closeOffer, cancelOffer, archiveOffer } from './commands/end.ts'
export { proposeToCentre, recordDecision, submitAllTo, withdrawFromCentre } from './commands/submissions.ts'
