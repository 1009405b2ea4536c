// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AffiliationRow } from '../../../db/queries/affiliations.ts'
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { Decision, ItemLine } from '../../../db/queries/moderation.ts'
import type { Alike } from '../../../db/queries/likeness.ts'
import type { MessageLine } from '../../../db/queries/offer-messages.ts'
import type { NoteLine } from '../../../db/queries/team-notes.ts'
import type { AnnouncingSource } from '../../../db/queries/sources.ts'
import type { Gazetteer } from '../../../db/reference/places.ts'
import type { OfferContent, PublicOffer } from '../../model/offer/content.ts'
import { jobSigns, type JobSign } from '../../model/offer/job-signs.ts'
import { commentedAs, commentLines } from '../../public-offer/comments.ts'
import { placeName } from '../../public-offer/places.ts'
import { heldBy } from '../../public-offer/territory.ts'
import { sheetText, type Wording } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import { withArticle } from '../../text/wording.ts'
import { TRUST_LEVELS } from '../../model/relation.ts'
import type { Viewer } from '../../model/viewer.ts'
import { compareOffers, factsOf, textsOf } from './offer-fields.ts'
import type { QueueAsked } from '../forms.ts'
import {
  addressOf,
  ageOf,
  isIncomplete,
  isLate,
  isNarrowed,
  itemAddress,
  offerOf,
  opennessOf,
  reasonsOf,
  stateOf,
  type Now,
} from './list.ts'
import { noteLines } from './notes.ts'
import { completionOf, foreignOf, throughOf } from './relayed.ts'
import { trustOptions } from './trust.ts'
import { daysToAnswer, isWaiting, openTo, situationOf, STALE } from '../rules/item.ts'

type Towns = Pick<Gazetteer, 'find'>
/** `code`: of the place that somebody here has said it is. */
export type TownSeen = { id: string; name: string; code: string | null }
export type About = {
  places: Towns
  item: ItemLine
  centre: AssociationRow
  memberSince: string | null
  /** As a member, whatever its state. */
  member: AffiliationRow | undefined
  notes: readonly NoteLine[]
  decisions: Decision[]
  counts: Record<string, number>
  sources: AnnouncingSource[]
  towns: readonly TownSeen[]
  messages: readonly MessageLine[]
  alike: readonly Alike[]
  /** Whole days in which answers are usually given here. */
  usual: number | undefined
  now: Now
}

export function show(wording: Wording, viewer: Viewer, about: About) {
  const { t } = wording
  const { item } = about
  const offer = offerOf(item)
  const { isOnline, isUnread } = situationOf(item)
  const pausedAt = about.member?.paused_at ?? null
  const base = `/moderation/${item.id}`
  const mayComment = openTo(situationOf(item)).includes('ask')
  const title = offer ? t.text(offer.content.title) : { text: item.title, lang: '' }
  const before = readBefore(item)
  const comparison =
    before && item.pending_offer ? compareOffers(wording, before.content, item.pending_offer.content) : null
  return {
    title: t('moderation.item.title', { title: title.text }),
    heading: title,
    base,
    version: item.version,
    state:
      item.state === 'accepted' && pausedAt ? { kind: 'wait', label: t('partners.pause.state') } : stateOf(t, item),
    who: whoOf(item, offer),
    lead: leadOf(t, item, comparison?.changed.length ?? 0, pausedAt),
    clock: clockOf(t, about),
    through: throughOf(wording, item, about.sources),
    foreign: foreignOf(wording, item),
    completion: completionOf(wording, item, offer),
    remarks: offer ? remarksOf(wording, viewer, about, offer) : [],
    towns: townNotices(t, about),
    alike: alikeLines(t, about),
    mayTake: isWaiting(item.state) && item.taken_by !== viewer.personId,
    takeLabel: t(item.state === 'in_review' ? 'moderation.take.over' : 'moderation.take.button'),
    said: about.messages.length > 0 && item.reason_code === null ? null : lastDecisionOf(wording, item),
    messages: messagesOf(t, item, about.messages),
    changes: comparison && {
      ...changesOf(t, comparison, mayComment),
      before: t(item.accepted_offer ? 'moderation.diff.before' : 'moderation.diff.answered'),
    },
    shown: comparison || !offer ? null : shownOf(wording, item, offer.content, mayComment),
    sheet: sheetOf(t, offer),
    homeUrl: offer?.url ?? item.offer_uri,
    homeLabel: t(item.is_foreign ? 'moderation.item.home_foreign' : 'moderation.item.home'),
    window: offer ? windowOf(t, offer) : '',
    association: associationOf(wording, about),
    notes: noteLines(t, viewer, about.notes),
    mayNoteAssociation: about.member !== undefined,
    trust: trustOf(t, about),
    decide: decideOf(wording, item, isUnread),
    acceptLabel: t(isUnread ? 'moderation.decide.read_next' : 'moderation.decide.accept_next'),
    keys: keysOf(t, isUnread),
    suspension: isOnline ? `${base}/suspension` : '',
    removal: isOnline || item.state === 'suspended' ? `${base}/removal` : '',
  }
}

/** At the home of the offer, as everybody will get it. */
function sheetOf(t: Translator, offer: PublicOffer | null) {
  const sheet = offer?.content.sheet
  return sheet ? { text: sheetText({ t }, sheet), href: sheet.url, host: new URL(sheet.url).host } : null
}

/** The text with which the waiting one is compared: the one online, else the one that was answered. */
function readBefore(item: ItemLine): PublicOffer | null {
  if (item.state === 'suspended' && item.answered_offer?.revision === item.pending_offer?.revision) return null
  return item.accepted_offer ?? (isWaiting(item.state) || item.state === 'suspended' ? item.answered_offer : null)
}

function whoOf(item: ItemLine, offer: PublicOffer | null): string {
  return [item.association_name, offer?.content.places[0]?.name].filter(Boolean).join(', ')
}

/** How long the offer has waited, beside how long answers usually take here; null when nobody waits for one. */
function clockOf(t: Translator, { item, usual, now }: About) {
  if (!isWaiting(item.state) || !item.pending_since) return null
  const age = ageOf(t, item.pending_since, now)
  if (usual === undefined) return { kind: '', text: t('moderation.clock.waits', { age }) }
  const late = isLate(item, usual, now.iso)
  return {
    kind: late ? 'wait' : '',
    text: t.n(late ? 'moderation.clock.late' : 'moderation.clock.in_time', usual, { age }),
  }
}

/** @param pausedAt since when its association is paused here. */
function leadOf(t: Translator, item: ItemLine, changed: number, pausedAt: string | null): string {
  const at = t.date(item.pending_since ?? item.received_at, 'datetime')
  if (item.state === 'suspended')
    return t(readBefore(item) ? 'moderation.lead.suspended_changed' : 'moderation.lead.suspended')
  const online = item.accepted_at ? t.date(item.accepted_at, 'short') : ''
  const name = withArticle(item.association_name, t.locale)
  const paused = pausedAt && t('partners.pause.since.member', { name, date: t.date(pausedAt, 'short') })
  if (item.accepted_offer && item.pending_offer) {
    const what =
      changed === 0
        ? t('moderation.lead.nothing_seen', { name: item.association_name })
        : t.n('moderation.lead.changed', changed, { name: item.association_name })
    return `${what} ${paused ?? t('moderation.lead.old_online', { at, date: online })}`
  }
  if (readBefore(item) && item.pending_offer) {
    const params = { name: item.association_name, at }
    // What was shown once was taken off, and not refused.
    const isAppeal = item.reason_code !== null && item.reason_code !== STALE && item.accepted_at === null
    if (changed === 0 && isAppeal) return t('moderation.lead.second', params)
    return changed === 0 ? t('moderation.lead.back_same', params) : t.n('moderation.lead.back_changed', changed, params)
  }
  if (item.accepted_offer) return paused ?? t('moderation.lead.online', { date: online })
  if (item.state === 'withdrawn' && !item.is_direct) return t('moderation.lead.withdrawn_relayed')
  return isWaiting(item.state) ? t('moderation.lead.new', { at }) : t.code('moderation.lead', item.state)
}

function remarksOf(
  wording: Wording,
  viewer: Viewer,
  { item, centre, now, places, towns }: About,
  offer: PublicOffer,
): string[] {
  const { t } = wording
  const openness = opennessOf(offer.standing, now.iso)
  const mine = item.taken_by === viewer.personId
  return [
    item.state === 'in_review' && item.taken_at && !mine
      ? t('moderation.remark.taken', { name: item.taker, at: t.date(item.taken_at, 'datetime') })
      : '',
    item.state === 'changes_requested' && item.decided_at
      ? t.n('moderation.remark.unanswered', daysToAnswer(item.decided_at, now.iso))
      : '',
    openness ? t(`moderation.remark.${openness}`) : '',
    isWaiting(item.state) && isOutside(places, centre.territory, offer.content, towns)
      ? t('moderation.remark.outside')
      : '',
    ...(isWaiting(item.state) ? jobSigns(offer.content).map((one) => jobRemark(t, one)) : []),
  ].filter(Boolean)
}

/** Whoever reads it over decides whether it is volunteering all the same. */
const jobRemark = (t: Translator, { sign, words }: JobSign): string =>
  t(`moderation.job.${words === '' ? 'load' : sign}`, { words })

function townNotices(t: Translator, { towns, places, item }: About) {
  return towns.map(({ id, name, code }) => {
    const place = code === null ? undefined : places.find(code)
    return {
      kind: place ? 'ok' : 'wait',
      text: place
        ? t('towns.item.settled', { typed: name, place: placeName(place) })
        : t('towns.item.open', { typed: name }),
      href: `/moderation/towns/${id}?item=${item.id}`,
      label: t(place ? 'towns.change' : 'towns.item.open_link'),
    }
  })
}

/** Other offers that may be the same one. */
function alikeLines(t: Translator, { alike, item }: About) {
  return alike.map(({ id, title, association_name, association_uri, state, verdict, decided_at, decider }) => ({
    id,
    href: `/moderation/${id}`,
    title,
    who: association_uri === item.association_uri ? t('moderation.alike.own') : association_name,
    where: t.code('moderation.alike.state', state),
    isSame: verdict === 'same',
    said:
      verdict === 'same' && decided_at
        ? t('moderation.alike.said', {
            name: decider || t('moderation.said.someone'),
            date: t.date(decided_at, 'short'),
          })
        : '',
  }))
}

/** Typed towns count as the place that somebody here has said they are. */
function isOutside(
  places: Towns,
  territory: readonly string[],
  content: OfferContent,
  towns: readonly TownSeen[],
): boolean {
  if (towns.some(({ code }) => code === null)) return false
  const coded = content.places.filter(({ code }) => code !== null)
  return heldBy(places, territory, { work_mode: content.work_mode, places: [...coded, ...towns] }).is === 'outside'
}

function lastDecisionOf({ t, taxonomies }: Wording, item: ItemLine) {
  if (!item.decided_at || (!item.note && !item.reason_code)) return null
  const isQuestion = item.reason_code === null
  return {
    lead: t(isQuestion ? 'moderation.said.question' : 'moderation.said.reason', {
      name: item.decider || t('moderation.said.someone'),
      date: t.date(item.decided_at, 'short'),
    }),
    reason: item.reason_code ? taxonomies.label('refusal_reason', item.reason_code, t.locale) : '',
    note: item.note,
  }
}

/** What we asked and what the association answered, the oldest first. */
function messagesOf(t: Translator, item: ItemLine, messages: readonly MessageLine[]) {
  return messages.map(({ is_ours, writer, at, words, comments }) => ({
    lead: t(is_ours ? 'moderation.said.question' : 'moderation.messages.answer', {
      name: is_ours ? writer || t('moderation.said.someone') : item.association_name,
      date: t.date(at, 'short'),
    }),
    words,
    comments: commentLines(t, comments),
  }))
}

/** Each field with the name of its box for a comment: one for both languages, none where nobody would read it. */
function withComments<T extends { name: string }>(fields: T[], mayComment: boolean, before: { name: string }[] = []) {
  const has = new Set<string>(before.map(({ name }) => commentedAs(name) ?? ''))
  return fields.map((field) => {
    const comment = commentedAs(field.name) ?? ''
    const isFirst = !has.has(comment)
    has.add(comment)
    return { ...field, comment: mayComment && isFirst ? comment : '' }
  })
}

function changesOf(t: Translator, { changed, same }: ReturnType<typeof compareOffers>, mayComment: boolean) {
  const marks = {
    changed: { kind: 'new', label: t('moderation.diff.changed'), icon: 'pencil' },
    added: { kind: 'wait', label: t('moderation.diff.added') },
    removed: { kind: 'wait', label: t('moderation.diff.removed') },
  }
  return {
    fields: withComments(changed, mayComment).map((field) => ({ ...field, state: marks[field.kind] })),
    same:
      same.length > 0
        ? { label: t.n('moderation.diff.same', same.length), fields: withComments(same, mayComment, changed) }
        : null,
  }
}

function shownOf(wording: Wording, item: ItemLine, content: OfferContent, mayComment: boolean) {
  const texts = textsOf(wording, content).filter(({ lines }) => lines.length > 0)
  const main = `title-${content.language[0] ?? 'fr'}`
  const which = item.accepted_offer ? 'online' : isWaiting(item.state) ? 'waiting' : 'text'
  return {
    heading: wording.t(`moderation.shown.${which}`),
    texts: withComments(texts, mayComment)
      .filter(({ name }) => name !== main)
      .map((field) => ({ ...field, isList: field.name.startsWith('tasks') })),
    facts: withComments(
      factsOf(wording, content).filter(({ lines }) => lines.length > 0),
      mayComment,
    ),
    missing: missingOf(wording, content),
  }
}

function missingOf(wording: Wording, content: OfferContent): string {
  const isEmpty = (name: string) =>
    textsOf(wording, content).every((one) => !one.name.startsWith(name) || one.lines.length === 0)
  const texts = (['context', 'tasks', 'profile', 'support', 'practical'] as const).filter(isEmpty)
  return texts.length === 0 ? '' : wording.t.list(texts.map((name) => wording.t(`moderation.field.${name}`)))
}

function windowOf(t: Translator, { standing }: PublicOffer): string {
  return t('moderation.item.window', {
    from: t.date(standing.publish_from, 'short'),
    // The end of the window is the first instant after its last day.
    until: t.date(new Date(Date.parse(standing.publish_until) - 1).toISOString(), 'short'),
  })
}

function associationOf({ t, taxonomies }: Wording, { item, memberSince, member, decisions, counts }: About) {
  const since = memberSince
    ? t('moderation.about.since', { date: t.date(memberSince, 'month') })
    : t(item.is_direct ? 'moderation.about.not_member' : 'moderation.about.never_member')
  const accepted = t.n('moderation.about.accepted', counts['moderation.accepted'] ?? 0)
  const refused = t.n('moderation.about.refused', counts['moderation.refused'] ?? 0)
  return {
    summary: item.is_foreign
      ? t('moderation.about.summary_foreign', { accepted, refused })
      : t('moderation.about.summary', { since, accepted, refused }),
    // Sites tell each other no mailbox and no telephone.
    site: new URL(offerOf(item)?.url ?? item.offer_uri).origin,
    href: member ? `/partners/${member.id}` : '',
    history: member ? `/partners/${member.id}/history` : '',
    all: `/moderation?shelf=all&association=${encodeURIComponent(item.association_uri)}`,
    decisions: decisions.map(({ type, reason, at, decider, item: id, title, isEarlier }) => ({
      state: decisionState(t, type),
      href: `/moderation/${id}`,
      title,
      when: t.date(at, 'short'),
      earlier: isEarlier ? t('moderation.about.earlier') : '',
      by: decider ? t('moderation.about.by', { name: decider }) : '',
      reason: reason ? taxonomies.label('refusal_reason', reason, t.locale) : '',
    })),
  }
}

/** What is read of what this member sends; null for offers that no member sends. */
function trustOf(t: Translator, { item, member }: About) {
  if (!item.is_direct || member?.state !== 'active') return null
  return {
    now: member.trust,
    label: t(`partners.trust.${member.trust}`),
    options: trustOptions(t, 'member', TRUST_LEVELS),
  }
}

function decisionState(t: Translator, type: string) {
  const kinds: Record<string, string> = {
    accepted: 'ok',
    changes_requested: 'wait',
    refused: 'stop',
    suspended: 'stop',
    removed: 'stop',
  }
  const what = type.replace('moderation.', '')
  return { kind: kinds[what] ?? '', label: t.code('moderation.decided', what) }
}

/** The keys of the page; each presses the button or follows the link of that name. */
function keysOf(t: Translator, isUnread: boolean) {
  return [
    { key: 'a', label: t(isUnread ? 'moderation.decide.read_next' : 'moderation.decide.accept_next') },
    { key: 'j', label: t('moderation.decide.skip') },
    { key: 'k', label: t('moderation.decide.previous') },
    { key: 't', label: t('moderation.take.button') },
    { key: 'd', label: t('moderation.decide.jump') },
    { key: 'u', label: t('moderation.undo.button') },
  ]
}

function decideOf({ t, taxonomies }: Wording, item: ItemLine, isUnread: boolean) {
  const open = openTo(situationOf(item))
  if (!open.includes('accept')) return null
  const isUpdate = item.accepted_offer !== null
  return {
    isUnread,
    again: t(item.state === 'suspended' ? 'moderation.decide.take_back' : 'moderation.decide.again'),
    isRelayed: item.is_direct === 0,
    mayAccept: !isIncomplete(item),
    onlyAccept: !open.includes('refuse'),
    mayAsk: open.includes('ask'),
    mayRefuse: open.includes('refuse'),
    acceptHint: t(isUpdate ? 'moderation.decide.accept_update' : 'moderation.decide.accept_new'),
    askHint: t(isUpdate ? 'moderation.decide.ask_update' : 'moderation.decide.ask_new'),
    refuseHint: t(
      isUpdate
        ? item.is_direct
          ? 'moderation.decide.refuse_update'
          : 'moderation.decide.refuse_update_relayed'
        : item.is_direct
          ? 'moderation.decide.refuse_new'
          : 'moderation.decide.refuse_relayed',
    ),
    reasons: reasonsOf({ t, taxonomies }),
  }
}

type Aside = { waiting: ItemLine[]; count: number; currentId: string; asked: QueueAsked; now: Now }

export function asideOf(t: Translator, { waiting, count, currentId, asked, now }: Aside) {
  const others = count - (waiting.some(({ id }) => id === currentId) ? 1 : 0)
  return {
    count,
    summary: others === 0 ? t('moderation.aside.none') : t.n('moderation.aside.others', others),
    more: count > waiting.length,
    isNarrowed: isNarrowed(asked) || asked.association !== '',
    all: addressOf(asked),
    items: waiting.map((item) => ({
      href: itemAddress(asked, item.id),
      current: item.id === currentId,
      state: stateOf(t, item),
      age: ageOf(t, item.pending_since ?? item.accepted_at ?? item.received_at, now),
      title: offerOf(item) ? t.text(offerOf(item)!.content.title) : item.title,
      association: item.association_name,
    })),
  }
}
