// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Invitable, listInvited } from '../../../db/queries/invitations.ts'
import { closedWhy } from '../../model/offer/standing.ts'
import { fullName } from '../../model/person.ts'
import type { OfferRow } from '../../../db/queries/offers.ts'
import type { Translator } from '../../text/i18n.ts'
import type { PageModel } from '../../text/render.ts'
import type { Form } from '../../web/forms.ts'
import type { Search } from '../../web/searches.ts'
import { pathOf } from '../responses.ts'
import { titleOf } from './words.ts'

type View = { t: Translator; offer: OfferRow; taken: number; now: string }
type People = {
  /** Who helped for the same cause, and who is called as searched; without those who are invited or have applied. */
  past: Invitable[]
  found: Invitable[]
  invited: Awaited<ReturnType<typeof listInvited>>
  search: Search
}

export function invitationsPage({ t, offer, taken, now }: View, people: People, form: Form): PageModel {
  const past = new Set(people.past.map(({ id }) => id))
  const options = (list: Invitable[]) =>
    list.map((one) => ({
      value: one.id,
      label: fullName(one),
      hint: t('offers.invite.number', { number: String(one.member_number) }),
    }))
  const found = options(people.found.filter(({ id }) => !past.has(id)))
  return {
    title: t('offers.invite.title', { offer: titleOf(t, offer.content).text }),
    robots: 'noindex',
    back: pathOf(offer),
    base: pathOf(offer, '/invitations'),
    closed: closedWhy(offer, taken, now) ? t('offers.invite.closed') : '',
    form,
    search: people.search,
    past: options(people.past),
    found,
    // Only one of two lists of a page can have the plain name of the field.
    pastScope: found.length > 0 ? 'past' : '',
    invited: people.invited.map((one) => ({
      name: fullName(one),
      href: `/work/people/${one.id}`,
      at: one.sent_at,
    })),
  }
}
