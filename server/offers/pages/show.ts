// SPDX-License-Identifier: AGPL-3.0-or-later
import type { RevisionRow } from '../../../db/queries/offer-changes.ts'
import type { OfferRow } from '../../../db/queries/offers.ts'
import { DAY, dateIn } from '../../base/clock.ts'
import type { AssociationRow } from '../../../db/queries/association.ts'
import { label, labels, slotText, whenText, whereText, type Wording, ownLines } from '../../public-offer/words.ts'
import { fullName } from '../../model/person.ts'
import type { OfferContact } from '../../applications/contacts.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import type { OfferPlace } from '../../model/offer/content.ts'
import { jobSigns } from '../../model/offer/job-signs.ts'
import { mainLanguage, usualLanguage, type Missing } from '../../model/offer/readiness.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { hasEnded } from '../../model/offer/event-days.ts'
import { may, mayTry, type OfferAction, canWrite } from '../../model/offer/rules.ts'
import { closedWhy, isExpired, isScheduled, isVisible } from '../../model/offer/standing.ts'
import { daysLeft, daysOf } from '../../model/offer/window.ts'
import { withArticle } from '../../text/wording.ts'
import { datesOf, seatsOf, stateOf, titleOf } from './words.ts'

export type OfferView = Wording & {
  viewer: Viewer
  association: AssociationRow
  offer: OfferRow
  taken: number
  waiting: number
  now: string
}

export function showOf(
  view: OfferView,
  facts: { missing: Missing[]; remarks: MessageKey[]; contacts: OfferContact[] },
) {
  const { t, offer, taken, now } = view
  const title = titleOf(t, offer.content)
  const main = mainAction(view, facts.missing.length > 0)
  const isLive = offer.state === 'published' || offer.state === 'paused'
  return {
    title: title.text,
    heading: title,
    state: stateOf(t, offer, taken, now),
    notice: noticeOf(view),
    noContact: isLive && facts.missing.some(({ field }) => field === 'contact_id'),
    unreached: isLive ? unreachedOf(view, facts.contacts) : [],
    missing: offer.state === 'draft' ? missingOf(view, facts.missing) : [],
    // Advice on style is shown only when nothing required is missing.
    remarks:
      facts.missing.length > 0
        ? []
        : [...facts.remarks.map((key) => t(key)), ...(offer.state === 'draft' ? jobRemarks(view) : [])],
    isDraft: offer.state === 'draft',
    publicUrl: offer.revision > 0 && offer.visibility !== 'members' ? `/offers/${offer.id}` : '',
    main,
    actions: otherActions(view).filter(({ href, action }) => (href ?? action) !== (main?.href ?? main?.action)),
    essentials: essentialsOf(view, t.list(facts.contacts.map(({ person }) => fullName(person)))),
    note: offer.accepted_note,
    texts: textsOf(view),
    version: offer.version,
  }
}

/** What a centre may not take for volunteering; advice on the hours is among the hints. */
function jobRemarks({ t, offer }: OfferView): string[] {
  return jobSigns(offer.content)
    .filter(({ words }) => words !== '')
    .map(({ sign, words }) => t(`offers.job.${sign}`, { words }))
}

/** Who receives no mail any more, where their record is, and who is written to in their place. */
function unreachedOf({ t, association }: OfferView, contacts: OfferContact[]) {
  const reached = contacts.filter(({ fault }) => fault === undefined).map(({ person }) => fullName(person))
  const instead = reached.length > 0 ? t.list(reached) : ''
  return contacts
    .filter(({ fault }) => fault !== undefined)
    .map(({ person, fault }) => ({
      text: `${t(`offers.notice.contact.${fault!}`, { name: fullName(person) })} ${
        instead
          ? t('offers.notice.contact.instead', { names: instead })
          : t('offers.notice.contact.nobody', { association: withArticle(association.name, t.locale) })
      }`,
      href: `/work/people/${person.id}`,
    }))
}

function missingOf({ t, offer }: OfferView, missing: Missing[]) {
  return missing.map(({ field, key }) => ({ text: t(key), href: `/work/offers/${offer.id}/edit#f-${field}` }))
}

function noticeOf(view: OfferView): { kind: 'ok' | 'wait' | 'stop'; text: string } | null {
  const { t, offer, now, association, taxonomies } = view
  const day = (instant: string | null) => (instant ? t.date(instant, 'short') : '')
  if (isExpired(offer, now)) {
    const closes = new Date(Date.parse(offer.publish_until!) + 30 * DAY).toISOString()
    return { kind: 'wait', text: t('offers.notice.expired', { day: lastDay(view), closes: day(closes) }) }
  }
  if (offer.state === 'published' && isScheduled(offer, now)) {
    return { kind: 'wait', text: t('offers.notice.scheduled', { day: day(offer.publish_from) }) }
  }
  if (offer.state === 'published') {
    const left = daysLeft({ from: offer.publish_from!, until: offer.publish_until! }, association.time_zone, now)
    return left <= 7 ? { kind: 'wait', text: t('offers.notice.ending', { day: lastDay(view) }) } : null
  }
  if (offer.state === 'paused')
    return { kind: 'wait', text: t(isScheduled(offer, now) ? 'offers.notice.unscheduled' : 'offers.notice.paused') }
  if (offer.state === 'closed') {
    const reason = taxonomies.label('close_reason', offer.closed_reason ?? 'other', t.locale)
    const text = t('offers.notice.closed', { day: day(offer.closed_at), reason })
    return {
      kind: 'wait',
      text: offer.reopen_on ? `${text} ${t('offers.notice.reopen', { day: t.date(offer.reopen_on, 'short') })}` : text,
    }
  }
  if (offer.state !== 'cancelled') return null
  const reason = taxonomies.label('cancel_reason', offer.closed_reason ?? 'other', t.locale)
  return { kind: 'stop', text: t('offers.notice.cancelled', { day: day(offer.closed_at), reason }) }
}

function lastDay({ t, offer, association }: OfferView): string {
  if (offer.publish_until === null || offer.publish_from === null) return ''
  const window = { from: offer.publish_from, until: offer.publish_until }
  return t.date(daysOf(window, association.time_zone).lastDay, 'day')
}

type Action = { label: string; href?: string; action?: string; icon?: string }

function mainAction(view: OfferView, isIncomplete: boolean): Action | null {
  const { t, offer, now, waiting, association } = view
  const to = (end: string) => `/work/offers/${offer.id}/${end}`
  if (offer.state === 'draft') {
    return isIncomplete
      ? { label: t('offers.do.complete'), href: to('edit') }
      : { label: t('offers.do.publish'), action: to('publication') }
  }
  if (offer.state === 'paused' && !isExpired(offer, now))
    return { label: t('offers.do.resume'), action: to('resumption') }
  if (offer.state === 'closed') return { label: t('offers.do.reopen'), href: to('renewal') }
  if (offer.state === 'cancelled') return { label: t('offers.do.copy'), action: to('copy') }
  const left = daysLeft({ from: offer.publish_from!, until: offer.publish_until! }, association.time_zone, now)
  if (isExpired(offer, now) || left <= 7) return { label: t('offers.do.renew'), href: to('renewal') }
  if (waiting > 0)
    return { label: t.n('offers.do.applications', waiting), href: `/work/applications?offer=${offer.id}` }
  return { label: t('offers.do.edit'), href: to('edit') }
}

const OTHERS: { action: OfferAction; end: string; icon?: string; press?: boolean }[] = [
  { action: 'edit', end: 'edit', icon: 'pencil' },
  { action: 'renew', end: 'renewal', icon: 'calendar' },
  { action: 'pause', end: 'pause', icon: 'clock', press: true },
  { action: 'copy', end: 'copy', icon: 'plus', press: true },
  { action: 'close', end: 'closing', icon: 'cross' },
  { action: 'cancel', end: 'cancellation', icon: 'cross' },
  { action: 'archive', end: 'removal', icon: 'cross' },
]

function otherActions(view: OfferView): Action[] {
  const { t, viewer, offer, taken, now } = view
  const name = (action: OfferAction) => {
    if (action === 'pause' && isScheduled(offer, now)) return t('offers.do.unschedule')
    if (action === 'renew' && offer.state === 'closed') return t('offers.do.reopen')
    if (action === 'archive' && offer.state === 'draft') return t('offers.do.discard')
    return t.code('offers.do', action)
  }
  const hours = offer.revision > 0 && offer.state !== 'archived'
  const sheet = { label: t('offers.do.hours'), href: `/work/hours/sheet?offer=${offer.id}`, icon: 'people' }
  const others = OTHERS.filter(({ action }) => mayTry(offer.state, action) && may(viewer, action, offer.state)).map(
    ({ action, end, icon, press }) => ({
      label: name(action),
      ...(icon && { icon }),
      [press ? 'action' : 'href']: `/work/offers/${offer.id}/${end}`,
    }),
  )
  const invite = { label: t('offers.do.invite'), href: `/work/offers/${offer.id}/invitations`, icon: 'mail' }
  const isOpen = closedWhy(offer, taken, now) === undefined
  const isOver = hasEnded(offer.content, dateIn(view.association.time_zone, new Date(now)))
  const came = { label: t('applications.attendance.title'), href: `/work/offers/${offer.id}/attendance`, icon: 'tick' }
  const code = { label: t('offers.do.code'), href: `/work/hours/links/offers/${offer.id}`, icon: 'phone' }
  const ofHours = hasRight(viewer, 'manage_hours') ? [sheet, code] : []
  const own = hours ? [...(isOver ? [came] : []), ...ofHours] : []
  const keep = { label: t('offers.do.keep_template'), action: `/work/offers/${offer.id}/template`, icon: 'pencil' }
  const later = {
    label: t(offer.state === 'draft' ? 'offers.do.schedule' : 'offers.do.reschedule'),
    href: `/work/offers/${offer.id}/schedule`,
    icon: 'calendar',
  }
  const mayPlan = offer.state === 'draft' || (offer.state === 'published' && isScheduled(offer, now))
  const photos = { label: t('offers.do.pictures'), href: `/work/offers/${offer.id}/pictures`, icon: 'plus' }
  const files = mayTry(offer.state, 'edit') && may(viewer, 'edit', offer.state) ? [photos] : []
  return [
    ...(mayPlan && canWrite(viewer) ? [later] : []),
    ...files,
    ...(isOpen && hasRight(viewer, 'see_people') ? [invite] : []),
    ...own,
    ...others,
    ...(canWrite(viewer) ? [keep] : []),
  ]
}

function essentialsOf(view: OfferView, contact: string) {
  const { t, offer, taken, now } = view
  const { content } = offer
  const slots = content.slots.map((slot) => slotText(view, slot))
  const window =
    offer.publish_from && offer.publish_until
      ? t(isVisible(offer, now) ? 'offers.fact.online' : 'offers.fact.online_planned', { day: lastDay(view) })
      : t('offers.fact.online_days', { days: view.association.publication_days })
  const items = [
    { icon: 'clock', key: 'when', value: whenText(view, content), more: slots.length > 2 ? t.list(slots) : '' },
    { icon: 'calendar', key: 'dates', value: datesOf(t, content), more: '' },
    { icon: 'place', key: 'where', value: whereText(view, content), more: placesOf(view) },
    {
      icon: 'people',
      key: 'seats',
      value: seatsOf(view, offer, taken),
      more: content.for_two ? t('search.access.for_two') : '',
    },
    {
      icon: 'seal',
      key: 'causes',
      value: t.list(labels(view, 'cause', content.causes)),
      more: t.list(labels(view, 'activity', content.activities)),
    },
    { icon: 'person', key: 'contact', value: content.contact_label, more: contact },
    { icon: 'search', key: 'visibility', value: t(`offers.visibility.${offer.visibility}`), more: window },
  ]
  const lines = ownLines(view, content).map(({ label, lines: said }) => ({ icon: 'plus', label, value: t.list(said) }))
  return [
    ...items.map(({ icon, key, value, more }) => ({
      icon,
      label: t.code('offers.label', key),
      value: value || t('offers.fact.not_said'),
      more,
    })),
    ...lines,
  ]
}

function placesOf({ t, offer }: OfferView): string {
  const { places } = offer.content
  const nameOf = ({ code, name }: OfferPlace) => (code === null ? t('offers.place.to_check', { place: name }) : name)
  const isKnown = places.length === 1 && places[0]!.code !== null
  const towns = isKnown ? '' : t.list(places.map(nameOf))
  return [places[0]?.street, towns].filter(Boolean).join(', ')
}

function textsOf(view: OfferView) {
  const { t, offer, association } = view
  const { content } = offer
  const language = mainLanguage(content, usualLanguage(association))
  const said = (['summary', 'context', 'profile', 'support', 'practical'] as const).map((name) => ({
    name,
    heading: t(`offers.form.${name}`),
    text: content[name][language] ? { text: content[name][language], lang: language } : null,
    items: null as string[] | null,
  }))
  const [tasks, questions] = (['tasks', 'questions'] as const).map((name) => ({
    name,
    heading: t(`offers.form.${name}`),
    text: null,
    items: content[name][language] ?? [],
  }))
  const lists = (['beneficiary', 'skill', 'requirement', 'benefit'] as const).map((list) => {
    const codes = {
      beneficiary: content.beneficiaries,
      skill: content.skills,
      requirement: content.requirements,
      benefit: content.benefits,
    }[list]
    return {
      name: list,
      heading: t(`offers.label.${list}`),
      text: null,
      items: codes.map((code) => label(view, list, code)),
    }
  })
  return [said[0]!, tasks!, ...said.slice(1), ...lists, questions!]
    .filter(({ text, items }) => text !== null || (items ?? []).length > 0)
    .map((part) => ({ ...part, lang: part.name === 'tasks' || part.name === 'questions' ? language : '' }))
}

export function revisionsOf({ t }: Wording, revisions: RevisionRow[]) {
  return revisions.map(({ revision, created_at, author, material }) => ({
    cells: [
      { text: t('offers.revision.number', { revision }) },
      { text: t.date(created_at, 'datetime') },
      { text: author ?? '' },
      {
        text:
          revision === 1
            ? t('offers.revision.first')
            : t(material ? 'offers.revision.material' : 'offers.revision.minor'),
      },
    ],
  }))
}
