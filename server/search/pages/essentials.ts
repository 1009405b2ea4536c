// SPDX-License-Identifier: AGPL-3.0-or-later
import type { OfferContent } from '../../model/offer/content.ts'
import { label, labels, ownLines, placeName, slotText, whenText, whereText } from '../../public-offer/words.ts'
import type { CardView } from './cards.ts'

export function essentialsOf(view: CardView, content: OfferContent) {
  const { t } = view
  const items: { icon: string; label: string; value: unknown; more?: unknown }[] = []
  const add = (icon: string, name: string, value: unknown, more?: unknown) => {
    if (value) items.push({ icon, label: name, value, ...(more ? { more } : {}) })
  }
  add('clock', t('search.offer.when'), whenText(view, content), whenMore(view, content))
  add('place', t('search.offer.where'), whereText(view, content), whereMore(view, content))
  const support = t.text(content.support)
  const welcome = content.contact_label && t('search.offer.welcomed_by', { who: content.contact_label })
  add(
    'people',
    t('search.offer.with'),
    welcome || (support.text ? support : ''),
    welcome && support.text ? support : '',
  )
  add('person', t('search.offer.with_whom'), t.list(labels(view, 'beneficiary', content.beneficiaries)))
  add('wheelchair', t('search.offer.access'), accessText(view, content))
  for (const one of ownLines(view, content)) add('plus', one.label, t.list(one.lines))
  return items
}

function whenMore(view: CardView, content: OfferContent): string {
  const { t } = view
  const { commitment, slots, starts_on, ends_on, sessions_expected } = content
  const when = whenText(view, content)
  const name = label(view, 'commitment', commitment)
  const isInWhen = (day: string) => when.includes(t.date(day, 'day').slice(1)) || when.includes(t.date(day, 'short'))
  return [
    when.startsWith(name) ? '' : name,
    slots.length > 2 ? t.list(slots.map((slot) => slotText(view, slot))) : '',
    sessions_expected ? t.n('search.offer.sessions', sessions_expected) : '',
    starts_on && !isInWhen(starts_on) ? t('search.offer.starts', { date: t.date(starts_on, 'short') }) : '',
    ends_on && ends_on !== starts_on && !isInWhen(ends_on)
      ? t('search.offer.ends', { date: t.date(ends_on, 'short') })
      : '',
  ]
    .filter(Boolean)
    .join(' · ')
}

function whereMore({ t }: CardView, { places, work_mode }: OfferContent): string {
  // The home of a person who is helped is not published, only its town.
  const isPrivate = work_mode === 'at_beneficiary_home'
  const [first] = places
  if (!first) return ''
  if (places.length === 1)
    return isPrivate || !first.street ? '' : [first.street, first.postalCode].filter(Boolean).join(', ')
  return t.list(
    places.map((place) => (isPrivate ? place.name : [placeName(place), place.street].filter(Boolean).join(', '))),
  )
}

function accessText({ t }: CardView, { accessible, min_age, group_ok, group_max, for_two }: OfferContent): string {
  return [
    accessible === 'unknown' ? '' : t(`search.access.${accessible}`),
    min_age === null ? '' : t('search.access.age', { age: min_age }),
    for_two ? t('search.access.for_two') : '',
    group_ok ? t('search.access.group') : '',
    group_ok && group_max !== null ? t('search.access.group_max', { count: group_max }) : '',
  ]
    .filter(Boolean)
    .join(' ')
}
