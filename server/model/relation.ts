// SPDX-License-Identifier: AGPL-3.0-or-later
// How may the relation between an association and a centre, or between two centres, go on? Each side keeps its own
// record of it.

export const STATES = ['asking', 'requested', 'active', 'refused', 'ended'] as const
export type AffiliationState = (typeof STATES)[number]
/**
 * What the other side is to us: a centre we asked to join, a member that asked us, a source whose offers we look at
 * without belonging to it, or a centre that looks at ours so.
 */
export const PARTNER_KINDS = ['centre', 'member', 'source', 'follower'] as const
export type PartnerIs = (typeof PARTNER_KINDS)[number]

/**
 * Which way somebody follows: we them (`ours`), they us (`theirs`). A membership needs both, a question only the way in
 * which it is asked; when one way is ended, the relations that need it end.
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

/** How much of a member's work is read before it is shown. */
export const TRUST_LEVELS = ['new', 'standard', 'trusted'] as const
export type Trust = (typeof TRUST_LEVELS)[number]
/** Another kind of site reads nothing over, and what it sends may be incomplete: none of it goes online unseen. */
export function trustLevels(relation: { partner_is: PartnerIs; is_other_kind: 0 | 1 }): readonly Trust[] {
  const isUnread = relation.partner_is === 'source' && relation.is_other_kind === 1
  return isUnread ? TRUST_LEVELS.filter((level) => level !== 'trusted') : TRUST_LEVELS
}

/**
 * Ours: ask (to join, or to follow), accept, refuse, end. Theirs, as it reaches us: receive (they ask), joined and declined (their answer),
 * left (they end it, or take their question back).
 */
export const ACTIONS = ['ask', 'accept', 'refuse', 'end', 'receive', 'joined', 'declined', 'left'] as const
export type Action = (typeof ACTIONS)[number]

type Moves = Partial<Record<AffiliationState | 'none', Partial<Record<Action, AffiliationState>>>>

/** We asked, the other side answers. */
const asked: Moves = {
  none: { ask: 'asking' },
  asking: { joined: 'active', declined: 'refused', end: 'ended', left: 'refused' },
  // Who takes a yes back sends the same answer as who says no.
  active: { end: 'ended', left: 'ended', declined: 'ended' },
  refused: { ask: 'asking' },
  ended: { ask: 'asking' },
}

const moves: Record<PartnerIs, Moves> = {
  centre: asked,
  source: asked,
  // What we publish is public: nobody is asked before a centre follows us.
  follower: {
    none: { receive: 'active' },
    active: { end: 'ended', left: 'ended', receive: 'active' },
    ended: { receive: 'active' },
  },
  member: {
    none: { receive: 'requested' },
    requested: { accept: 'active', refuse: 'refused', left: 'ended', receive: 'requested' },
    // An active member that asks again has lost our answer (a restored backup): the answer is sent once more.
    active: { end: 'ended', left: 'ended', receive: 'active' },
    refused: { receive: 'requested' },
    ended: { receive: 'requested' },
  },
}

/** The state after `action`, or undefined when it makes no sense now. `none`: there is no relation yet. */
export function next(
  partnerIs: PartnerIs,
  state: AffiliationState | 'none',
  action: Action,
): AffiliationState | undefined {
  return moves[partnerIs][state]?.[action]
}
