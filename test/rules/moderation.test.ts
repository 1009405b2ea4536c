// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, it } from '@jest/globals'
import {
  isReduction,
  isSameText,
  reducedBy,
  whatArrived,
  type Known,
} from '../../server/moderation/rules/received-offer.ts'
import {
  STATES,
  TRIGGERS,
  next,
  openTo,
  situationOf,
  type Situation,
  type Trigger,
} from '../../server/moderation/rules/item.ts'
import { compareWords } from '../../server/moderation/pages/compare-words.ts'
import { readAddress } from '../../server/partners/address.ts'
import * as partners from '../../server/model/relation.ts'
import { samplePublicOffer } from '../support/offers.ts'
import { LONG_TEXTS } from '../support/hostile-input.ts'

/** For each trigger the next state: `*` shows the new text, `-` shows nothing, `!` informs moderators. */
function row(situation: Omit<Situation, 'isUnread'>): Record<string, string> {
  const cells = TRIGGERS.flatMap((trigger) => {
    const step = next({ isUnread: false, ...situation }, trigger)
    if (!step) return []
    const shows = { same: '', latest: '*', nothing: '-' }[step.shows]
    return [[trigger, step.state + shows + (step.awaits ? '!' : '')]]
  })
  return Object.fromEntries(cells) as Record<string, string>
}

describe('an offer that is not online, of a member we read everything of', () => {
  const at = (state: Situation['state']) => row({ state, isOnline: false, trust: 'new' })

  it('enters the queue when it is first seen', () => {
    expect(at('unknown')).toEqual({ received: 'pending!' })
  })
  it('waits until a moderator decides, or its association takes it back', () => {
    expect(at('pending')).toEqual({
      minor: 'pending',
      material: 'pending',
      reduction: 'pending',
      renewal: 'pending',
      withdrawal: 'withdrawn-',
      take: 'in_review',
      accept: 'accepted*',
      ask: 'changes_requested',
      refuse: 'refused',
    })
  })
  it('stays with the person who reads it', () => {
    expect(at('in_review')).toEqual({
      ...at('pending'),
      minor: 'in_review',
      material: 'in_review',
      reduction: 'in_review',
      renewal: 'in_review',
    })
  })
  it('comes back with another text, or when it is sent again, after a question', () => {
    expect(at('changes_requested')).toEqual({
      resubmitted: 'pending!',
      minor: 'pending!',
      material: 'pending!',
      reduction: 'changes_requested',
      renewal: 'changes_requested',
      withdrawal: 'withdrawn-',
      accept: 'accepted*',
      refuse: 'refused',
    })
  })
  it('may be accepted after all when it was refused', () => {
    expect(at('refused')).toEqual({
      resubmitted: 'pending!',
      minor: 'pending!',
      material: 'pending!',
      reduction: 'refused',
      renewal: 'refused',
      withdrawal: 'withdrawn-',
      accept: 'accepted*',
    })
  })
  it('may come back when it was taken off the site', () => {
    expect(at('removed')).toEqual({
      resubmitted: 'pending!',
      minor: 'pending!',
      material: 'pending!',
      reduction: 'removed-',
      renewal: 'removed-',
      withdrawal: 'withdrawn-',
      accept: 'accepted*',
    })
  })
  it('stays away once withdrawn, until it is sent to the centre again', () => {
    expect(at('withdrawn')).toEqual({ resubmitted: 'pending!' })
  })
})

describe('an offer that is online', () => {
  const at = (state: Situation['state'], trust: Situation['trust'] = 'new') => row({ state, isOnline: true, trust })

  it('keeps its approved text while another one waits', () => {
    expect(at('accepted')).toEqual({
      minor: 'pending!',
      material: 'pending!',
      reduction: 'accepted',
      renewal: 'accepted',
      withdrawal: 'withdrawn-',
      remove: 'removed-',
      suspend: 'suspended-',
    })
  })
  it('takes small changes at once from a member whose typing errors we do not read', () => {
    expect(at('accepted', 'standard')).toEqual({ ...at('accepted'), minor: 'accepted*' })
  })
  it('takes everything at once from a trusted member', () => {
    expect(at('accepted', 'trusted')).toEqual({ ...at('accepted'), minor: 'accepted*', material: 'accepted*' })
    expect(row({ state: 'unknown', isOnline: false, trust: 'trusted' })).toEqual({ received: 'accepted*' })
  })
  it('loses nothing when a new text of it is questioned or refused', () => {
    for (const trigger of ['ask', 'refuse'] as const)
      expect(next({ state: 'pending', isOnline: true, isUnread: false, trust: 'new' }, trigger)?.shows).toBe('same')
    expect(at('refused').material).toBe('pending!')
  })
  it('is settled when the association comes back to the approved text', () => {
    for (const state of ['pending', 'in_review', 'changes_requested', 'refused'] as const)
      expect(at(state).reverted).toBe('accepted')
  })
  it('can be taken off the site in every state', () => {
    for (const state of ['pending', 'in_review', 'accepted', 'changes_requested', 'refused'] as const)
      expect(at(state).remove).toBe('removed-')
  })
  it('is read afterwards when trust put it there', () => {
    expect(next({ state: 'accepted', isOnline: true, isUnread: true, trust: 'new' }, 'accept')).toBeDefined()
    expect(next({ state: 'accepted', isOnline: true, isUnread: false, trust: 'new' }, 'accept')).toBeUndefined()
  })
})

it('no trigger leads anywhere but to a known state, and nothing is shown once it is gone', () => {
  for (const state of [...STATES, 'unknown'] as const)
    for (const trust of partners.TRUST_LEVELS)
      for (const isOnline of [true, false])
        for (const trigger of TRIGGERS) {
          const step = next({ state, isOnline, isUnread: false, trust }, trigger)
          if (!step) continue
          expect(STATES).toContain(step.state)
          expect(step.shows === 'nothing').toBe(['suspended', 'removed', 'withdrawn'].includes(step.state))
        }
})

it('trust never decides in place of a moderator', () => {
  const item = { state: 'pending', accepted_offer: null, decided_at: null } as const
  for (const trigger of ['take', 'accept', 'ask', 'refuse', 'remove'] as Trigger[])
    expect(next(situationOf(item, 'trusted'), trigger)).toEqual(next(situationOf(item), trigger))
  expect(openTo(situationOf(item))).toEqual(['take', 'accept', 'ask', 'refuse'])
})

describe('what arrives', () => {
  const first = samplePublicOffer()
  const changed = samplePublicOffer({
    revision: 2,
    updatedAt: '2026-11-21T08:00:00.000Z',
    content: { minutes_per_session: 90 },
  })
  const online: Known = {
    state: 'accepted',
    latest_revision: 1,
    latest_updated_at: first.updated_at,
    accepted_offer: first,
    pending_offer: null,
  }
  const waiting: Known = { ...online, state: 'pending', accepted_offer: null, pending_offer: first }
  const both: Known = {
    ...online,
    state: 'pending',
    latest_revision: 2,
    latest_updated_at: changed.updated_at,
    pending_offer: changed,
  }
  const later = { updatedAt: '2026-11-23T08:00:00.000Z' }

  it('is new when it was never seen', () => {
    expect(whatArrived(undefined, first, false)).toBe('received')
    expect(whatArrived(undefined, first, true)).toBe('received')
  })
  it('is nothing when it is older, or was received before', () => {
    expect(whatArrived(online, first, false)).toBeUndefined()
    expect(whatArrived(online, first, true)).toBeUndefined()
    expect(whatArrived(waiting, first, true)).toBeUndefined()
    expect(whatArrived(both, samplePublicOffer(later), false)).toBeUndefined()
  })
  it('is material when the words count, minor when a typing error is corrected', () => {
    expect(whatArrived(online, changed, false)).toBe('material')
    const typo = samplePublicOffer({ revision: 2, content: { profile: { fr: 'Toutes personnes qui aiment lire.' } } })
    expect(whatArrived(online, typo, false)).toBe('minor')
    expect(whatArrived(waiting, typo, false)).toBe('material')
  })
  it.each([
    ['closed', { applications: 'closed' }],
    ['full', { applications: 'full' }],
    ['cancelled', { status: 'cancelled' }],
    ['ending earlier', { publish_until: '2026-12-01T23:00:00.000Z' }],
  ] as const)('is a reduction when it is %s', (_what, standing) => {
    expect(whatArrived(online, samplePublicOffer({ ...later, standing }), false)).toBe('reduction')
  })
  it('is a renewal when it ends later with the same words, also under a new revision', () => {
    const standing = { publish_until: '2027-01-20T23:00:00.000Z' }
    expect(whatArrived(online, samplePublicOffer({ ...later, standing }), false)).toBe('renewal')
    expect(whatArrived(online, samplePublicOffer({ revision: 2, standing }), false)).toBe('renewal')
    expect(
      whatArrived(
        both,
        { ...changed, standing: { ...changed.standing, ...standing }, updated_at: later.updatedAt },
        false,
      ),
    ).toBe('renewal')
  })
  it('does not take the number of people wanted for a change of words', () => {
    expect(whatArrived(online, samplePublicOffer({ revision: 2, content: { capacity: 6 } }), false)).toBe('renewal')
    expect(isSameText(first.content, { ...first.content, capacity: null })).toBe(true)
  })
  it('looks at the words, not at what the sender writes about them', () => {
    expect(whatArrived(online, { ...changed, content_hash: first.content_hash }, false)).toBe('material')
  })
  it('settles a waiting change when the approved words come back', () => {
    expect(whatArrived(both, samplePublicOffer({ revision: 3 }), false)).toBe('reverted')
  })
  it('is a new question when it is sent again after a no, or after it was withdrawn', () => {
    for (const state of ['changes_requested', 'refused', 'removed', 'withdrawn'] as const) {
      expect(whatArrived({ ...waiting, state }, first, true)).toBe('resubmitted')
      expect(whatArrived({ ...waiting, state, latest_revision: 2 }, first, true)).toBeUndefined()
      expect(whatArrived({ ...waiting, state }, first, false)).toBeUndefined()
    }
    expect(whatArrived({ ...waiting, state: 'withdrawn' }, changed, false)).toBeUndefined()
  })
})

describe('while another text waits', () => {
  const { standing } = samplePublicOffer()
  it('what takes away applies to the text that is online', () => {
    const less = { ...standing, applications: 'full', remaining: 0, publish_until: '2026-12-01T23:00:00.000Z' } as const
    expect(reducedBy(standing, less)).toEqual(less)
    expect(reducedBy(standing, { ...standing, status: 'cancelled' }).status).toBe('cancelled')
    expect(isReduction(standing, less)).toBe(true)
  })
  it('what gives more waits with the words', () => {
    const closed = { ...standing, applications: 'closed', remaining: 1 } as const
    const more = { ...standing, publish_until: '2027-03-01T23:00:00.000Z', remaining: 3 }
    expect(reducedBy(closed, more)).toEqual(closed)
    expect(isReduction(closed, more)).toBe(false)
    expect(reducedBy({ ...closed, remaining: null }, more).remaining).toBe(3)
  })
})

describe('the words that changed', () => {
  const marked = (before: string, after: string) =>
    compareWords(before, after)
      .map(({ kind, text }) => ({ same: text, out: `[-${text}-]`, in: `[+${text}+]` })[kind])
      .join('')

  it.each([
    ['un deux trois', 'un trois', 'un [-deux -]trois'],
    ['', 'tout neuf', '[+tout neuf+]'],
    ['parti', '', '[-parti-]'],
    ['pareil', 'pareil', 'pareil'],
    ['4 personnes', '6 personnes', '[-4-][+6+] personnes'],
    [
      'de 15 h 30 à 16 h 15, sauf vacances',
      'de 13 h 45 à 14 h 30, sauf vacances',
      'de [-15 h 30 à 16 h 15-][+13 h 45 à 14 h 30+], sauf vacances',
    ],
    ['Les livres sont choisis.', 'Les livres sont choisis. Vous rangez.', 'Les livres sont choisis.[+ Vous rangez.+]'],
  ])('%s → %s', (before, after, expected) => {
    expect(marked(before, after)).toBe(expected)
  })
  it('always give both texts back', () => {
    const texts = [
      'a b c d e f',
      'a c b e d f g',
      '',
      'x',
      'L’école, l’été : à 8 h.',
      'l’été, l’école : 9 h\nlundi',
      'aa aa aa',
      'aa aa',
    ]
    for (const before of texts)
      for (const after of texts) {
        const pieces = compareWords(before, after)
        const side = (hidden: string) => pieces.flatMap(({ kind, text }) => (kind === hidden ? [] : [text])).join('')
        expect([side('in'), side('out')]).toEqual([before, after])
      }
  })
  it('are found in the longest text there may be', () => {
    const [before, after] = LONG_TEXTS
    const side = (hidden: string) =>
      compareWords(before, after)
        .flatMap(({ kind, text }) => (kind === hidden ? [] : [text]))
        .join('')
    expect([side('in'), side('out')]).toEqual([before, after])
  })
})

describe('a relation between association and centre', () => {
  const walk = (is: partners.PartnerIs, ...actions: partners.Action[]) =>
    actions.reduce<partners.AffiliationState | 'none' | undefined>(
      (state, action) => state && partners.next(is, state, action),
      'none',
    )

  it('goes from a question to a yes and to an end, on both sides', () => {
    expect(walk('centre', 'ask', 'joined', 'end')).toBe('ended')
    expect(walk('centre', 'ask', 'declined', 'ask', 'joined', 'left', 'ask')).toBe('asking')
    expect(walk('member', 'receive', 'accept', 'left', 'receive', 'refuse', 'receive')).toBe('requested')
  })
  it('has no other way', () => {
    const allowed = (is: partners.PartnerIs) =>
      Object.fromEntries(
        (['none', ...partners.STATES] as const).map((state) => [
          state,
          partners.ACTIONS.filter((action) => partners.next(is, state, action)).join(' '),
        ]),
      )
    expect(allowed('centre')).toEqual({
      none: 'ask',
      asking: 'end joined declined left',
      requested: '',
      active: 'end declined left',
      refused: 'ask',
      ended: 'ask',
    })
    expect(allowed('member')).toEqual({
      none: 'receive',
      asking: '',
      requested: 'accept refuse receive left',
      active: 'end receive left',
      refused: 'receive',
      ended: 'receive',
    })
  })
})

it('the address of a centre is read however it was copied', () => {
  const query = (text: string) => readAddress(text)?.query
  expect(query(' Centre.Example ')).toBe('centre.example')
  expect(query('https://centre.example/offers?q=jardin')).toBe('https://centre.example')
  expect(query('http://centre.example')).toBe('centre.example')
  expect(query('localhost:3000')).toBe('localhost:3000')
  expect(query('@centre@centre.example')).toBe('@centre@centre.example')
  expect(query('acct:centre@centre.example')).toBe('@centre@centre.example')
  expect(query('https://centre.example/@accueil')).toBe('@accueil@centre.example')
  for (const wrong of [
    '',
    'centre',
    'le centre de la Côte',
    'javascript:alert(1)',
    'https://a:b@centre.example',
    'https://',
    '@@',
    'centre.example:99999',
  ])
    expect(query(wrong)).toBeUndefined()
})
