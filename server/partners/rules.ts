// SPDX-License-Identifier: AGPL-3.0-or-later
// How may the relation between an association and a centre go on? Each side keeps its own record of it.

export const STATES = ['asking', 'requested', 'active', 'refused', 'ended'] as const
export type AffiliationState = (typeof STATES)[number]
/** What the other side is to us: a centre we asked to join, or a member that asked us. */
export type PartnerIs = 'centre' | 'member'

/** How much of a member's work is read before it is shown (product/offers.md §7.3). */
export const TRUST_LEVELS = ['new', 'standard', 'trusted'] as const
export type Trust = (typeof TRUST_LEVELS)[number]

/**
 * Ours: ask, accept, refuse, end. Theirs, as it reaches us: receive (they ask), joined and declined (their answer),
 * left (they end it, or take their question back).
 */
export const ACTIONS = ['ask', 'accept', 'refuse', 'end', 'receive', 'joined', 'declined', 'left'] as const
export type Action = (typeof ACTIONS)[number]

type Moves = Partial<Record<AffiliationState | 'none', Partial<Record<Action, AffiliationState>>>>

const moves: Record<PartnerIs, Moves> = {
  centre: {
    none: { ask: 'asking' },
    asking: { joined: 'active', declined: 'refused', end: 'ended', left: 'refused' },
    // A centre that takes its yes back sends the same answer as one that says no.
    active: { end: 'ended', left: 'ended', declined: 'ended' },
    refused: { ask: 'asking' },
    ended: { ask: 'asking' },
  },
  member: {
    none: { receive: 'requested' },
    requested: { accept: 'active', refuse: 'refused', left: 'ended', receive: 'requested' },
    // An active member that asks again has lost our answer (a restored backup): it is told once more.
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
