// SPDX-License-Identifier: AGPL-3.0-or-later
// The states of a relation between an association and a centre, or between two centres. Each side keeps its own record.

export const STATES = ['asking', 'requested', 'active', 'refused', 'ended'] as const
export type AffiliationState = (typeof STATES)[number]
/**
 * What the partner is to us: a centre we asked to join, a member that asked us, a source whose offers we follow without
 * joining it, or a follower that follows ours.
 */
export const PARTNER_KINDS = ['centre', 'member', 'source', 'follower'] as const
export type PartnerIs = (typeof PARTNER_KINDS)[number]

/**
 * Who follows: we follow them (`ours`), or they follow us (`theirs`). A membership needs both, a request only the way
 * of the side that asks; when one way ends, the relations that need it end.
 */
export type Way = 'ours' | 'theirs'
const WAYS: Record<PartnerIs, readonly Way[]> = {
  centre: ['ours', 'theirs'],
  member: ['ours', 'theirs'],
  source: ['ours'],
  follower: ['theirs'],
}
export function needs(relation: { partner_is: PartnerIs; state: AffiliationState }, way: Way): boolean {
  if (relation.state === 'asking') return way === 'ours'
  if (relation.state === 'requested') return way === 'theirs'
  return WAYS[relation.partner_is].includes(way)
}

export const TRUST_LEVELS = ['new', 'standard', 'trusted'] as const
export type Trust = (typeof TRUST_LEVELS)[number]
/** Another kind of site reviews nothing, and its offers may be incomplete: none goes online unread. */
export function trustLevels(relation: { partner_is: PartnerIs; is_other_kind: 0 | 1 }): readonly Trust[] {
  const isUnread = relation.partner_is === 'source' && relation.is_other_kind === 1
  return isUnread ? TRUST_LEVELS.filter((level) => level !== 'trusted') : TRUST_LEVELS
}

/**
 * Ours: ask (to join, or to follow), accept, refuse, end. Theirs: receive (they ask), joined and declined (they
 * answer), left (they end the relation, or take their request back).
 */
export const ACTIONS = ['ask', 'accept', 'refuse', 'end', 'receive', 'joined', 'declined', 'left'] as const
export type Action = (typeof ACTIONS)[number]

type Moves = Partial<Record<AffiliationState | 'none', Partial<Record<Action, AffiliationState>>>>

const asked: Moves = {
  none: { ask: 'asking' },
  asking: { joined: 'active', declined: 'refused', end: 'ended', left: 'refused' },
  // A partner that takes back its acceptance sends the same answer as one that refuses.
  active: { end: 'ended', left: 'ended', declined: 'ended' },
  refused: { ask: 'asking' },
  ended: { ask: 'asking' },
}

const moves: Record<PartnerIs, Moves> = {
  centre: asked,
  source: asked,
  // Our offers are public: a centre may follow us without asking.
  follower: {
    none: { receive: 'active' },
    active: { end: 'ended', left: 'ended', receive: 'active' },
    ended: { receive: 'active' },
  },
  member: {
    none: { receive: 'requested' },
    requested: { accept: 'active', refuse: 'refused', left: 'ended', receive: 'requested' },
    // An active member that asks again has lost our answer (a restored backup): it is sent once more.
    active: { end: 'ended', left: 'ended', receive: 'active' },
    refused: { receive: 'requested' },
    ended: { receive: 'requested' },
  },
}

/** @returns undefined when `action` is impossible now. `none`: there is no relation yet. */
export function next(
  partnerIs: PartnerIs,
  state: AffiliationState | 'none',
  action: Action,
): AffiliationState | undefined {
  return moves[partnerIs][state]?.[action]
}
