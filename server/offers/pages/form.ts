// SPDX-License-Identifier: AGPL-3.0-or-later
import { AS_TYPED } from '../../../db/reference/free-place.ts'
import type { ListName } from '../../../db/reference/taxonomies.ts'
import type { PersonRow } from '../../../db/queries/people.ts'
import type { OfferRow } from '../../../db/queries/offers.ts'
import type { Linkable } from '../linkable.ts'
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { Wording } from '../../public-offer/words.ts'
import type { Form, FormValues } from '../../web/forms.ts'
import type { OfferContent } from '../../model/offer/content.ts'
import { FIELDS, fieldOf, namesOf, SIMPLE_NAMES } from '../../model/offer/fields.ts'
import { LANGUAGES, listBehind } from '../simple-fields.ts'
import { placeName, type OpenPlace } from '../../public-offer/places.ts'
import { mainLanguage, usualLanguage } from '../../model/offer/readiness.ts'

export type FormView = Wording & {
  association: AssociationRow
  team: readonly PersonRow[]
  linkable: readonly Linkable[]
  recent: readonly OfferContent[]
  today: string
  offer?: OfferRow | undefined
}
type Option = { value: string; label: string }
export const FOLDED = {
  more_causes: ['cause_2', 'cause_3', 'activity_2', 'activity_3', 'beneficiaries'],
  slots: ['slots', 'sessions_expected', 'min_months'],
  place: ['place_label', 'place_street', 'accepted_note', 'transit', 'transport_offered'],
  lists: [
    'skills',
    'skills_taught',
    'requirements',
    'benefits',
    'group_ok',
    'group_max',
    'for_two',
    'no_waiting_list',
    'min_age',
    'max_age',
    'linked',
  ],
  spoken: ['work_languages'],
  online: ['publish_from', 'publish_until'],
  questions: ['replies_needed'],
  texts: ['context', 'profile', 'support', 'practical'],
} as const

/** @param part the folded part that is shown open, because a link leads into it. */
export function formOf(view: FormView, form: Form, open: readonly OpenPlace[], part = '') {
  const { t, offer, association, team } = view
  const usual = usualLanguage(association)
  const main = offer ? mainLanguage(offer.content, usual) : usual
  const other = main === 'fr' ? 'en' : 'fr'
  const said = (name: string) => `${name}_${main}`
  const isDraft = !offer || offer.state === 'draft'
  const isOpen = (...names: readonly string[]) =>
    names.some((name) => form.errors[name] !== undefined || isFilled(form.values[name]))
  // A part of the form with a value that is not the default is unfolded, so that the value is visible.
  const differs = (name: string, usually: string) =>
    form.errors[name] !== undefined || (form.values[name] ?? usually) !== usually
  const unfolded = {
    more_causes: isOpen(...FOLDED.more_causes),
    slots: isOpen(...FOLDED.slots),
    place: isOpen(...FOLDED.place, said('adaptations')) || differs('accessible', 'unknown'),
    lists: isOpen(...FOLDED.lists, said('compensation_text')) || differs('compensation', 'none'),
    spoken: isOpen(...FOLDED.spoken),
    online: isOpen(...FOLDED.online) || differs('visibility', 'public') || form.errors.contact_label !== undefined,
    questions: isOpen(...FOLDED.questions, said('questions')),
    texts: isOpen(...FOLDED.texts.map(said)),
    other: isOpen(...[...namesOf('texts'), ...namesOf('lists')].map((name) => `${name}_${other}`)),
  }
  return {
    form,
    main,
    other,
    lang: main === t.locale.slice(0, 2) ? '' : main,
    otherLang: other === t.locale.slice(0, 2) ? '' : other,
    otherName: t(`offers.language.${other}`),
    lengths: { title: FIELDS.title.longest, summary: FIELDS.summary.longest },
    isDraft,
    hasWindow: !offer || offer.state !== 'closed',
    visibility: isDraft ? '' : t(`offers.visibility.${offer.visibility}`),
    version: offer?.version ?? '',
    options: optionsOf(view),
    weekdays: weekdaysOf(view),
    team: team.map(({ id, given_name, family_name }) => ({ value: id, label: `${given_name} ${family_name}`.trim() })),
    hasOthers: team.length > 1,
    linkable: view.linkable
      .filter(({ id }) => id !== offer?.id)
      .map(({ id, title }) => ({ value: id, label: t.text(title).text || t('offers.untitled') })),
    places: open.map(({ typed, choices }, at) => ({
      name: `place_pick_${at}`,
      typed,
      options: [
        ...choices.map((place) => ({ value: `${typed}|${place.code}`, label: placeName(place) })),
        { value: `${typed}|${AS_TYPED}`, label: view.t('offers.form.place_as_typed', { place: typed }) },
      ],
    })),
    unfolded: Object.hasOwn(unfolded, part) ? { ...unfolded, [part]: true } : unfolded,
    today: view.today,
    days: association.publication_days,
  }
}

const isFilled = (value: string | string[] | undefined) => value !== undefined && value.length > 0

function optionsOf(view: FormView) {
  const { t, taxonomies } = view
  const all = (list: ListName): Option[] =>
    taxonomies.list(list).map(({ code }) => ({ value: code, label: taxonomies.label(list, code, t.locale) }))
  const lists = SIMPLE_NAMES.filter(listBehind)
  const count = (chosen: (content: OfferContent) => string[]) => mostUsed(view.recent.flatMap(chosen))
  return {
    causes: usualFirst(
      view,
      all('cause'),
      count(({ causes }) => causes),
    ),
    activities: usualFirst(
      view,
      all('activity'),
      count(({ activities }) => activities),
    ),
    ...Object.fromEntries(lists.map((name) => [name, all(listBehind(name)!)])),
    commitment: inOrder(all('commitment'), ['regular', 'one_off', 'micro', 'seasonal']),
    visibility: (['public', 'unlisted', 'members'] as const).map((value) => ({
      value,
      label: t(`offers.visibility.${value}`),
      hint: t(`offers.visibility_hint.${value}`),
    })),
  }
}

function inOrder(options: Option[], first: readonly string[]): Option[] {
  const rank = ({ value }: Option) => (first.includes(value) ? first.indexOf(value) : first.length)
  return options.toSorted((a, b) => rank(a) - rank(b))
}

/** At most four codes, the most frequent first. */
function mostUsed(codes: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([code]) => code)
}

function usualFirst({ t }: Wording, options: Option[], usual: readonly string[]) {
  const first = usual.flatMap((code) => options.find(({ value }) => value === code) ?? [])
  if (first.length === 0) return options
  return [
    { label: t('offers.form.usual'), options: first },
    { label: t('offers.form.all'), options: options.filter((option) => !first.includes(option)) },
  ]
}

function weekdaysOf({ t, taxonomies }: FormView) {
  const parts = taxonomies.list('part_of_day')
  return taxonomies.list('weekday').map(({ code }) => ({
    code,
    label: taxonomies.label('weekday', code, t.locale),
    options: parts.map((part) => ({
      value: `${code}-${part.code}`,
      label: taxonomies.label('part_of_day', part.code, t.locale),
    })),
  }))
}

export function differencesOf(view: SaidView, stored: FormValues, typed: FormValues) {
  const names = new Set([...Object.keys(stored), ...Object.keys(typed)])
  return [...names]
    .filter((name) => !['version', 'form_id', 'template', 'far_days'].includes(name) && !name.startsWith('place_pick_'))
    .map((name) => ({ name, theirs: said(view, name, stored[name]), yours: said(view, name, typed[name]) }))
    .filter(({ theirs, yours }) => theirs !== yours)
    .map(({ name, theirs, yours }) => ({ label: labelOf(view, name), theirs, yours }))
}

const FLAGS: readonly string[] = SIMPLE_NAMES.filter((name) => fieldOf(name).kind === 'flag')

type SaidView = Omit<FormView, 'recent' | 'today'>

function said(view: SaidView, name: string, value: string | string[] | undefined): string {
  const values = [value ?? []]
    .flat()
    .map((one) => one.trim().replaceAll('\r\n', '\n'))
    .filter(Boolean)
  const list = listBehind(name)
  const words = values.map((one) => {
    if (list) return view.taxonomies.label(list, one, view.t.locale)
    if (name === 'linked') return view.t.text(view.linkable.find(({ id }) => id === one)?.title ?? {}).text
    if (name === 'contact_id' || name === 'further_contacts')
      return view.team.find(({ id }) => id === one)?.given_name ?? ''
    if (name === 'visibility') return view.t.code('offers.visibility', one)
    if (name === 'capacity_kind') return view.t.code('offers.form.capacity_kind', one)
    return FLAGS.includes(name) ? view.t('offers.form.yes') : one
  })
  return words.sort().join(', ')
}

function labelOf({ t, offer, association }: SaidView, name: string): string {
  const [, base = name, language] = /^(.*?)_(fr|en)$/.exec(name) ?? []
  const label = t.code('offers.form', base.replace(/_\d$/, ''))
  const usual = usualLanguage(association)
  const main = offer ? mainLanguage(offer.content, usual) : usual
  const known = LANGUAGES.find((one) => one === language && one !== main)
  return known ? t('offers.form.in_language', { label, language: t(`offers.language.${known}`) }) : label
}
