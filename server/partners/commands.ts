// SPDX-License-Identifier: AGPL-3.0-or-later
// Joining and leaving, from both sides. Pages use the first half; what a partner sends us uses the second, with its
// own transaction.
export { acceptMember, askToJoin, endAffiliation, refuseMember, setTrust } from './commands/decide.ts'
export { receiveJoinRequest, recordEnded, recordJoinAccepted, recordJoinRefused } from './commands/receive.ts'
export { isActiveCentre, isActiveMember } from './members.ts'
