// SPDX-License-Identifier: AGPL-3.0-or-later
import {
  ENQUIRY_FILTERS,
  type EnquiryFilter,
  type EnquiryMessage,
  type EnquiryRow,
  type ListedEnquiry,
} from '../../../db/queries/enquiries.ts'
import { END_REASONS } from '../../model/enquiry.ts'
import { fullName } from '../../model/person.ts'
import { markOfNote } from '../../model/team-note.ts'
import { telephoneLink } from '../../model/telephone.ts'
import type { Wording } from '../../public-offer/words.ts'
import type { CardView } from '../../search/pages/cards.ts'
import { smallCardOf } from '../../search/pages/cards.ts'
import type { PageModel } from '../../text/render.ts'
import type { Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import { addressWith } from '../../web/paging.ts'
import { countInWords, pagerByRow, type Place, type RowsPage } from '../../web/rows.ts'
import type { Suggestion } from '../suggestions.ts'
import { causesOf, stateOf, whenOf, wishLines } from './words.ts'

export const LIST = '/work/enquiries'
type Show = EnquiryFilter['show']
const hrefOf = (show: Show, place: Place = {}, path = LIST) =>
  addressWith(path, { show: show === 'open' ? '' : show, ...place })

export function listPage({ t }: Wording, show: Show, page: RowsPage<ListedEnquiry>, count: number): PageModel {
  return {
    title: t('enquiries.list.title'),
    robots: 'noindex',
    form: emptyForm({ show }),
    shows: ENQUIRY_FILTERS.map((value) => ({ value, label: t(`enquiries.show.${value}`) })),
    count: countInWords(t, 'enquiries.list.count', count),
    columns: (['person', 'where', 'received', 'taker', 'state'] as const).map((name) => ({
      label: t(`enquiries.column.${name}`),
    })),
    rows: page.rows.map((row) => ({
      cells: [
        { text: fullName(row), href: `${LIST}/${row.id}` },
        { text: row.place_name },
        { text: row.confirmed_at ? t.date(row.confirmed_at, 'short') : '' },
        { text: row.taker },
        {
          state:
            row.call_back && row.state === 'new' ? { kind: 'wait', label: t('enquiries.list.call') } : stateOf(row, t),
        },
      ],
    })),
    empty: t(show === 'open' ? 'enquiries.list.nobody' : 'enquiries.list.none'),
    allHref: show === 'open' ? null : LIST,
    pager: pagerByRow(page, (place) => hrefOf(show, place)),
    csv: hrefOf(show, {}, `${LIST}.csv`),
  }
}

const CSV_COLUMNS = {
  given_name: 'text',
  family_name: 'text',
  email: 'text',
  phone: 'telephone',
  where: 'text',
  causes: 'text',
  when: 'text',
  wishes: 'text',
  call: 'text',
  received: 'day',
  taker: 'text',
  state: 'text',
} as const

const LABELLED = ['email', 'phone', 'where', 'causes', 'when'] as const
const isLabelled = (name: string): name is (typeof LABELLED)[number] => LABELLED.some((one) => one === name)
export const csvColumns = (t: Translator) =>
  columnsOf(CSV_COLUMNS, (name) => t(isLabelled(name) ? `enquiries.label.${name}` : `enquiries.csv.${name}`))

export const csvRow =
  (wording: Wording) =>
  (row: ListedEnquiry): Cell[] => {
    const { t } = wording
    return [
      row.given_name,
      row.family_name,
      row.email,
      row.phone,
      row.place_name,
      causesOf(wording, row),
      whenOf(wording, row),
      row.wishes,
      row.call_back ? row.call_hours || t('enquiries.csv.any_time') : '',
      row.confirmed_at,
      row.taker,
      stateOf(row, t).label,
    ]
  }

export type Forms = { note?: Form; answer?: Form; proposal?: Form; state?: Form; passing?: Form }
export type Shown = {
  view: CardView
  enquiry: EnquiryRow
  messages: EnquiryMessage[]
  suggestions: Suggestion[]
  searchHref: string
  names: ReadonlyMap<string, string>
  /** At a centre. */
  members: { id: string; partner_name: string }[]
  formId: string
  viewerId: string | null
  isCentre: boolean
  /** Their data is not to be used. */
  isRestricted: boolean
}

export function removalPage({ id, given_name }: EnquiryRow, t: Translator): PageModel {
  const title = t('enquiries.removal.title', { given: given_name })
  return {
    title,
    robots: 'noindex',
    question: title,
    text: t('enquiries.removal.text'),
    action: `${LIST}/${id}/removal`,
    button: t('enquiries.removal.button'),
    back: `${LIST}/${id}`,
  }
}

/** After a conflict the note of the colleague is shown beside what was typed, which then replaces it. */
function noteOf({ team_note }: EnquiryRow, typed: Form | undefined) {
  const was = markOfNote(team_note)
  if (!typed) return { noteForm: emptyForm({ team_note, was }), noteNow: '' }
  if (!typed.errors['_']) return { noteForm: typed, noteNow: '' }
  return { noteForm: { ...typed, values: { ...typed.values, was } }, noteNow: team_note }
}

export function showPage(shown: Shown, forms: Forms, refused = ''): PageModel {
  const { view, enquiry, names, viewerId, formId } = shown
  const { t } = view
  const base = `${LIST}/${enquiry.id}`
  const kept = (form: Form | undefined) => form ?? emptyForm({ form_id: formId })
  const taker = enquiry.taken_by ? (names.get(enquiry.taken_by) ?? '') : ''
  return {
    title: fullName(enquiry),
    robots: 'noindex',
    refused,
    base,
    formId,
    given: enquiry.given_name,
    state: stateOf(enquiry, t),
    received: enquiry.confirmed_at ? t('enquiries.show.received', { day: t.date(enquiry.confirmed_at, 'day') }) : '',
    wishes: enquiry.wishes,
    lines: wishLines(view, enquiry),
    contact: contactOf(enquiry, t),
    toCall: enquiry.call_back === 1 ? { hours: enquiry.call_hours } : null,
    hasMail: enquiry.email !== '',
    personHref: enquiry.person_id ? `/work/people/${enquiry.person_id}` : null,
    taker: taker ? t('enquiries.show.taken', { who: taker }) : t('enquiries.show.free'),
    takeLabel: t(enquiry.taken_by === viewerId ? 'enquiries.show.leave' : 'enquiries.show.take'),
    takeTo: enquiry.taken_by === viewerId ? 'nobody' : 'me',
    endReason: enquiry.end_reason ? t(`enquiries.reason.${enquiry.end_reason as (typeof END_REASONS)[number]}`) : '',
    ...noteOf(enquiry, forms.note),
    restricted: shown.isRestricted ? t('people.refused.restricted') : '',
    answerForm: kept(forms.answer),
    proposalForm: kept(forms.proposal),
    stateForm: forms.state ?? emptyForm({ state: enquiry.state, reason: enquiry.end_reason }),
    passingForm: kept(forms.passing),
    states: (['in_contact', 'placed', 'ended'] as const).map((value) => ({
      value,
      label: t(`enquiries.state.${value}`),
    })),
    reasons: END_REASONS.map((value) => ({ value, label: t(`enquiries.reason.${value}`) })),
    suggestions: shown.suggestions.map(({ offer, fits }) => ({
      card: smallCardOf(view, offer),
      id: offer.public_id,
      fits,
    })),
    searchHref: shown.searchHref,
    messages: messagesOf(shown),
    passing: passingOf(shown),
  }
}

function contactOf({ email, phone }: EnquiryRow, t: Translator) {
  return [
    ...(email ? [{ icon: 'mail', label: t('enquiries.label.email'), text: email, href: `mailto:${email}` }] : []),
    ...(phone ? [{ icon: 'phone', label: t('enquiries.label.phone'), text: phone, href: telephoneLink(phone) }] : []),
  ]
}

function messagesOf({ view: { t }, messages, names }: Shown) {
  return messages.map(({ kind, body, title, sent_by, sent_at, accepted_at }) => ({
    heading: t(kind === 'passed_on' && accepted_at ? 'enquiries.said.accepted' : `enquiries.said.${kind}`, { title }),
    body,
    at: sent_at,
    who: sent_by ? (names.get(sent_by) ?? '') : '',
  }))
}

/** Only at a centre; without the person's consent it says why there is no form. */
function passingOf({ isCentre, enquiry, members, view: { t } }: Shown) {
  if (!isCentre) return null
  return {
    isAgreed: enquiry.agreed_at !== null,
    agreed: enquiry.agreed_at ? t('enquiries.passing.agreed', { day: t.date(enquiry.agreed_at, 'day') }) : '',
    wording: enquiry.agreed_text,
    members: members.map(({ id, partner_name }) => ({ value: id, label: partner_name })),
  }
}
