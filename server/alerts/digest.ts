// SPDX-License-Identifier: AGPL-3.0-or-later
// What is new in the searches of an address, as one mail. The search is that of the pages.
import * as alerts from '../../db/queries/alerts.ts'
import { findAssociation, homeOf, timeZoneOf, type AssociationRow } from '../../db/queries/association.ts'
import { listListings, type ListingRow } from '../../db/queries/listings.ts'
import { isFileFault } from '../../db/open.ts'
import { DAY, dateIn, later } from '../base/clock.ts'
import { faultOf } from '../base/fault.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail } from '../mail/queue.ts'
import { createYielding } from '../queue/event-loop.ts'
import { cardOf, type CardView } from '../search/pages/cards.ts'
import { queryOf, readQueryText } from '../search/query.ts'
import { findNewIn, understand } from '../search/search.ts'
import type { Locale } from '../text/i18n.ts'
import { transact, type Tx } from '../web/transact.ts'
import { linkOf } from './link.ts'
import { nextMorning } from './rules.ts'

/** Subscriptions read at once: their offers are read in a few milliseconds. */
const AT_ONCE = 5
/** Offers of one search in a mail; the others are behind a link. */
const MOST_OFFERS = 10

/** `ids`: the first of `total` offers. */
type News = { label: string; query: string; ids: number[]; total: number }
type Due = { subscriber: alerts.SubscriberRow; news: News[] }
type Time = { now: string; site: AssociationRow | undefined; zone: string }

/** Job: mails what is new to everybody whose time has come. One that fails waits for a day and keeps no other back. */
export async function sendDigests(deps: Deps): Promise<void> {
  const site = await findAssociation(deps.db)
  const time = { now: deps.clock.iso(), site, zone: timeZoneOf(site) }
  const pause = createYielding()
  for (;;) {
    const subscribers = await alerts.listDueSubscribers(deps.db, time.now, AT_ONCE)
    if (subscribers.length === 0) return
    const due = await findNews(deps, time, subscribers, pause)
    const offers = await listListings(deps.db, [...new Set(due.flatMap(({ news }) => news.flatMap(({ ids }) => ids)))])
    const byId = new Map(offers.map((offer) => [offer.id, offer]))
    for (const one of due) {
      await orLater(deps, time, one.subscriber, () => transact(deps, (tx) => tell(tx, deps, time, one, byId)))
      await pause()
    }
  }
}

async function findNews(
  deps: Deps,
  time: Time,
  subscribers: readonly alerts.SubscriberRow[],
  pause: () => Promise<void>,
): Promise<Due[]> {
  const all = await alerts.listAlertsOf(
    deps.db,
    subscribers.map(({ id }) => id),
  )
  const due: Due[] = []
  for (const subscriber of subscribers) {
    await orLater(deps, time, subscriber, async () => {
      const news: News[] = []
      // What two searches find stands under the first one only.
      const named = new Set<number>()
      for (const alert of all.filter(({ subscriber_id }) => subscriber_id === subscriber.id)) {
        const { label, query, found } = await newsOf(deps, time, subscriber, alert)
        const others = found.filter((id) => !named.has(id))
        for (const id of others) named.add(id)
        if (others.length > 0) news.push({ label, query, ids: others.slice(0, MOST_OFFERS), total: others.length })
        await pause()
      }
      due.push({ subscriber, news })
    })
  }
  return due
}

async function newsOf(
  deps: Deps,
  { now, site }: Time,
  { told_until }: alerts.SubscriberRow,
  { query, label, created_at }: alerts.AlertRow,
): Promise<Pick<News, 'label' | 'query'> & { found: number[] }> {
  // A search that came later is told of what came after it.
  const since = created_at > told_until ? created_at : told_until
  const { asked } = readQueryText(query, deps.taxonomies)
  const { country, territory } = homeOf(site)
  const understood = understand(deps.places, asked, country, territory)
  const found = await findNewIn(deps, understood, { since, now })
  return { label, query: queryOf(asked, { sort: 'newest' }), found }
}

/** Nothing new, no mail. */
async function tell(
  tx: Tx,
  deps: Deps,
  time: Time,
  { subscriber, news }: Due,
  offers: ReadonlyMap<number, ListingRow>,
) {
  // It may have been stopped, changed or told by another process meanwhile.
  const current = await alerts.findSubscriber(tx, subscriber.id)
  if (!current || current.next_at !== subscriber.next_at) return
  const next_at = nextMorning(current.rhythm, new Date(time.now), time.zone)
  await alerts.updateSubscriber(tx, current.id, { told_until: time.now, next_at })
  if (news.length === 0) return
  const link = linkOf(deps, current.id)
  const { t, sections } = sectionsOf(deps, time, current, news, offers)
  const sum = news.reduce((all, { total }) => all + total, 0)
  await enqueueMail(tx, deps, {
    dedupe: `digest:${current.id}:${current.next_at}`,
    to: current.email,
    locale: current.locale,
    template: 'alerts/digest',
    about: `alerts:${current.id}`,
    stopUrl: `${link}/stop`,
    params: { news: t.n('mail.alerts.news', sum), sections, link },
  })
}

function sectionsOf(
  deps: Deps,
  { site, zone, now }: Time,
  { locale }: alerts.SubscriberRow,
  news: readonly News[],
  offers: ReadonlyMap<number, ListingRow>,
) {
  const { publicUrl } = deps.config
  const t = deps.i18n.for(locale as Locale, zone, dateIn(zone, new Date(now)))
  const { taxonomies, places } = deps
  const view: CardView = { t, taxonomies, places, centre: site?.name ?? '', isCentre: site?.kind !== 'association' }
  const sections = news.map(({ label, query, ids, total }) => ({
    heading: label,
    all: `${publicUrl}/offers${query}`,
    more: total > ids.length ? t.n('mail.alerts.more', total - ids.length) : '',
    offers: ids.flatMap((id) => {
      const offer = offers.get(id)
      if (!offer) return []
      const card = cardOf(view, { ...offer, km: null, town: null })
      const facts = [card.association, card.when, card.where].filter(Boolean).join(' · ')
      return [{ title: card.title.text, facts, href: publicUrl + card.href }]
    }),
  }))
  return { t, sections }
}

async function orLater(
  deps: Deps,
  { now }: Time,
  { id }: alerts.SubscriberRow,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isFileFault(error)) throw error
    deps.log.error('the new offers of an address could not be found', { alerts: id, fault: faultOf(error) })
    await transact(deps, (tx) => alerts.updateSubscriber(tx, id, { next_at: later(now, DAY) }), { wakes: false })
  }
}
