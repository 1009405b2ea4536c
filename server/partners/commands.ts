// SPDX-License-Identifier: AGPL-3.0-or-later
// Joining and leaving, following and being followed, from both sides. Pages use the first half; what a partner sends us
// uses the second, with its own transaction.
export { acceptMember, askToJoin, endAffiliation, refuseMember, setTrust } from './commands/decide.ts'
export { settleEnd } from './commands/end.ts'
export { followSource } from './commands/follow.ts'
export {
  receiveFollower,
  receiveJoinRequest,
  recordEnded,
  recordJoinAccepted,
  recordJoinRefused,
  recordPresentation,
  recordSourceAccepted,
} from './commands/receive.ts'
export { isActiveCentre, isActiveMember, isActiveSource } from '../../db/queries/members.ts'
