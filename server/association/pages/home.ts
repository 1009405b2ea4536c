// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { PublicPartner } from '../../../db/queries/public-figures.ts'
import { smallCardOf, type CardView } from '../../search/pages/cards.ts'
import { previewOf } from '../../public-offer/preview.ts'
import { label } from '../../public-offer/words.ts'
import type { Found, FoundOffer } from '../../search/search.ts'
import type { Site } from '../../text/render.ts'
import { telephoneLink } from '../../model/telephone.ts'

/** `actor`: address of our actor, null when the federation is off. */
type View = CardView & { host: string; actor: string | null }
const MOST_CAUSES = 9
/** Characters. A longer first sentence is not used as the title. */
const LONGEST_TITLE = 90
/** Smaller totals are not shown, because they could reveal information about single people. */
const FEWEST_PEOPLE = 5

export type CentreFacts = { found: Found; newest: FoundOffer[]; towns: number; members: number; places: number }

export function centreHome(
  view: View,
  site: Site,
  row: AssociationRow,
  { found, newest, towns, members, places }: CentreFacts,
) {
  const { t } = view
  const { total } = found
  const figures = [
    { value: total, label: t.n('association.home.figure_offers', total) },
    { value: places, label: t.n('association.home.figure_places', places) },
    { value: towns, label: t.n('association.home.figure_towns', towns) },
    { value: members, label: t.n('association.home.figure_members', members) },
  ].filter(({ value }) => value > 0)
  return {
    ...frame(view, site, row),
    heading: t('association.home.centre_heading'),
    lead: leadOf(view, total, towns),
    caption: members > 1 ? t.n('association.home.pattern_grid_members', members) : '',
    causes: causesOf(view, found),
    all: { href: '/offers', label: t.n('association.home.all', total) },
    cards: newest.map((offer) => smallCardOf(view, offer)),
    mission: t.text(row.mission).text ? t.text(row.mission) : null,
    talk: talkOf(row),
    figures:
      figures.length > 1 ? figures.map(({ value, label: name }) => ({ value: t.number(value), label: name })) : [],
    members,
    host: view.host,
  }
}

function leadOf({ t }: View, total: number, towns: number): string {
  if (total === 0) return t('association.home.lead_none')
  return towns > 1 ? t.n('association.home.lead_towns', total, { towns }) : t.n('association.home.lead', total)
}

/** The causes with the most offers, with their counts. */
function causesOf(view: View, { facets }: Found) {
  return Object.entries(facets?.cause ?? {})
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_CAUSES)
    .map(([code, count]) => ({
      href: `/offers?cause=${encodeURIComponent(code)}`,
      label: label(view, 'cause', code),
      pattern: view.taxonomies.pattern(code),
      count: view.t.n('association.home.needs', count),
    }))
}

export type AssociationFacts = {
  found: Found
  year: string
  volunteers: number
  minutes: number
  centres: PublicPartner[]
}

export function associationHome(view: View, site: Site, row: AssociationRow, facts: AssociationFacts) {
  const { t } = view
  const { found, volunteers, minutes, year } = facts
  const hours = Math.floor(minutes / 60)
  const figures = [
    volunteers >= FEWEST_PEOPLE && {
      value: t.number(volunteers),
      label: t.n('association.home.figure_volunteers', volunteers),
    },
    volunteers >= FEWEST_PEOPLE &&
      hours > 0 && { value: t.minutes(hours * 60), label: t('association.home.figure_hours', { year }) },
  ].filter((figure) => figure !== false)
  return {
    ...frame(view, site, row),
    ...sloganOf(row, t),
    cards: found.offers.map((offer) => smallCardOf(view, offer)),
    needs: found.total > 1 ? t.n('association.home.ways', found.total) : t('association.home.way'),
    all:
      found.total > found.offers.length ? { href: '/offers', label: t.n('association.home.all', found.total) } : null,
    figures,
    centres: facts.centres.map(({ partner_name, partner_url }) => ({ name: partner_name, url: partner_url })),
    talk: talkOf(row),
    address: addressOf(row),
  }
}

function sloganOf(row: AssociationRow, t: View['t']) {
  const { text, lang } = t.text(row.mission)
  const [, first, rest = ''] = /^(.+?[.!?…])(?:\s+([\s\S]+))?$/.exec(text.trim()) ?? []
  if (first && first.length <= LONGEST_TITLE) return { heading: { text: first, lang }, lead: { text: rest, lang } }
  return { heading: { text: row.name, lang: t.locale }, lead: { text, lang } }
}

function frame({ t, actor }: View, site: Site, row: AssociationRow) {
  return {
    title: site.name,
    hero: true,
    description: t.text(row.mission).text,
    canonical: `${String(site.publicUrl)}/`,
    preview: previewOf(t, site, { title: site.name, description: t.text(row.mission).text, path: '/' }),
    alternates: [
      { type: 'application/atom+xml', href: '/offers.atom', title: t('search.feed.title') },
      ...(actor ? [{ type: 'application/activity+json', href: actor }] : []),
    ],
  }
}

function talkOf(row: AssociationRow) {
  const { contact_name: who, contact_hours: hours, contact_phone: phone, contact_email: email } = row
  return phone || email ? { who, hours, phone, tel: telephoneLink(phone), email } : null
}

export function addressOf(row: AssociationRow): string[] {
  const town = [row.postal_code, row.place_name].filter(Boolean).join(' ')
  return [row.street, town].filter(Boolean)
}
