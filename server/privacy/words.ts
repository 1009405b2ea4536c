// SPDX-License-Identifier: AGPL-3.0-or-later
// What stands in a cell of somebody's data, as a person reads it: no code of a program, no text of JSON.
import type { Taxonomies } from '../../db/reference/taxonomies.ts'
import type { Translator } from '../text/i18n.ts'

/** `names`: of categories and offers, by id. */
export type Words = {
  t: Translator
  taxonomies: Taxonomies
  names: ReadonlyMap<string, Record<string, string>>
}
type Row = Readonly<Record<string, unknown>>
type Say = (words: Words, value: string, row: Row) => string

const code =
  (prefix: string): Say =>
  ({ t }, value) =>
    t.code(prefix, value)
const yesNo: Say = ({ t }, value) => t(value === '1' ? 'privacy.incidents.yes' : 'privacy.incidents.no')
const language: Say = ({ t }, value) => t.code('association.locale', value.toLowerCase())
const reason: Say = ({ taxonomies, t }, value, { state }) =>
  taxonomies.label(state === 'withdrawn' ? 'withdraw_reason' : 'decline_reason', value, t.locale)
const terms =
  (list: 'requirement' | 'cause' | 'weekday' | 'part_of_day'): Say =>
  ({ taxonomies, t }, value) =>
    (JSON.parse(value) as string[]).map((one) => taxonomies.label(list, one, t.locale)).join(', ')
const channel: Say = ({ t }, value) => (value === 'own' ? t('people.data.own_site') : (hostOf(value) ?? value))
const link: Say = ({ t }, value) => t.code('people.data.purpose', value.replaceAll(/[.-]/g, '_'))

/** Of a form, what is written in sentences and names; its codes say nothing to people. */
const written: Say = (_words, value) =>
  Object.entries(JSON.parse(value) as Record<string, string | string[]>)
    .filter(([name]) => /_(fr|en)$|^(?:places?|place_\w+|contact_label)$/.test(name))
    .flatMap(([, text]) => text)
    .filter(Boolean)
    .join(', ')

const replies: Say = (_words, value) =>
  (JSON.parse(value) as { question: string; reply: string }[])
    .map(({ question, reply }) => `${question} ${reply}`)
    .join('\n')

const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).host : undefined)

/** By table and column, or by column in every table. */
const SAY: Record<string, Say> = {
  'people_roles.role': code('people.role'),
  'limited_roles.role': code('people.role'),
  'attestations.kind': code('attestations.kind'),
  'gathered_attestations.state': code('attestations.gathered.state'),
  'cec_files.state': code('cec.state'),
  'hours_entries.state': code('hours.state'),
  'hours_entries.source': code('privacy.requests.source'),
  'hours_entries.channel': channel,
  'hours_entries.minutes': ({ t }, value) => t.minutes(Number(value)),
  'kiosk_lines.minutes': ({ t }, value) => t.minutes(Number(value)),
  'trips.state': code('hours.state'),
  'trips.choice': code('hours.trips.choice'),
  'trips.metres': ({ t }, value) => t('hours.trips.km', { km: t.number(Number(value) / 1000) }),
  'applications.state': code('applications.state'),
  'applications.age_confirmed': yesNo,
  'applications.ticks': terms('requirement'),
  'applications.replies': replies,
  'applications.said_came': yesNo,
  'applications.reason_code': reason,
  'applications.channel': channel,
  'application_messages.side': code('applications.messages.side'),
  'testimonials.state': code('applications.testimonial.state'),
  'testimonials.signature': code('people.data.signature'),
  'application_welcome.side': code('applications.messages.side'),
  'alert_subscribers.rhythm': code('alerts.rhythm'),
  'enquiries.state': code('enquiries.state'),
  'enquiries.causes': terms('cause'),
  'enquiries.days': terms('weekday'),
  'enquiries.parts': terms('part_of_day'),
  'enquiries.call_back': yesNo,
  'enquiries.end_reason': code('enquiries.reason'),
  'enquiry_messages.kind': code('enquiries.kind'),
  'help_requests.state': code('help.kept_state'),
  'offer_reports.state': code('reports.state'),
  'offer_reports.reason': code('reports.reason'),
  'privacy_requests.state': code('privacy.requests.state'),
  'privacy_requests.source': code('privacy.requests.source'),
  'privacy_requests.kind': code('privacy.requests.kind'),
  'consents.kind': code('privacy.consent.kind'),
  'consents.way': code('privacy.consent.way'),
  'typed_offers.typed': written,
  'mails.state': code('operator.mails.state'),
  'mails.template': ({ t }, value) => t.code('people.data.mail', value.split('/')[0]!),
  'tokens.purpose': link,
  'events.type': ({ t }, value) => eventWord(t, value),
  locale: language,
}

/** '' for what is empty. */
export function wordOf(words: Words, table: string, column: string, row: Row): string {
  const value = row[column]
  if (value === null || value === undefined || value === '' || value === '{}' || value === '[]') return ''
  const text = String(value)
  const say = SAY[`${table}.${column}`] ?? SAY[column]
  if (say) return say(words, text, row)
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return words.t.date(text, 'datetime')
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return words.t.date(text, 'short')
  const name = words.names.get(text)
  return name ? words.t.text(name).text : readable(text)
}

/** The values of a JSON text, without the names that programs give them; other texts as they are. */
function readable(text: string): string {
  if (!/^[{[]/.test(text)) return text
  try {
    return valuesIn(JSON.parse(text)).join(', ')
  } catch {
    return text
  }
}

function valuesIn(value: unknown): string[] {
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(valuesIn)
  return value === null || value === '' ? [] : [String(value)]
}

/** The word of the trail, or what it is about and what was done: « Annonce : mise en ligne ». */
function eventWord(t: Translator, type: string): string {
  const code = type.replace('.', '_')
  if (t.has(`audit.what.${code}`)) return t.code('audit.what', code)
  const [about = '', deed = ''] = type.split('.')
  return t('people.data.event', { about: t.code('people.data.about', about), deed: t.code('people.data.deed', deed) })
}
