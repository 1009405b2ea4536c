// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Approver } from '../../../db/queries/sources.ts'
import type { PartnerLogo } from '../../../db/queries/partner-logos.ts'
import type { PublicTestimonial } from '../../../db/queries/testimonials.ts'
import type { Translator } from '../../text/i18n.ts'
import { qrCode } from '../../text/qr.ts'
import type { Site } from '../../text/render.ts'
import { logoOf } from './associations-page.ts'
import { sealText, smallCardOf, type CardView } from './cards.ts'
import { essentialsOf } from './essentials.ts'
import type { TextMap } from '../../model/offer/content.ts'
import { previewOf } from '../../public-offer/preview.ts'
import { label, labels, seatsText, sheetText, whenText, whereText } from '../../public-offer/words.ts'
import { testimonialOf } from '../../public-offer/testimonials.ts'
import { fileIdOf, type ShownPicture } from '../../public-offer/pictures.ts'
import type { FoundOffer } from '../search.ts'
import type { ShownOffer } from '../shown-offer.ts'
import { eventOf, jobPosting } from './structured.ts'

/** @param via token of the visitor's URL, which goes on to the form. */
export type OfferView = {
  offer: ShownOffer
  approvers: Pick<Approver, 'name' | 'since'>[]
  /** Our copy of the logo of a partner. */
  logo: PartnerLogo | undefined
  pictures: ShownPicture[]
  testimonials: PublicTestimonial[]
  /** Online offers that go together with it. */
  linked: { public_id: string; title: TextMap }[]
  similar: FoundOffer[]
  via: string
  back: string | null
  mayEdit: boolean
  /** How many this visitor has put aside, and whether it is among them. */
  kept: { count: number; isAmong: boolean }
}

/** Up to this number, places are drawn one by one. */
const MOST_SEATS = 12

export function offerPage(
  view: CardView,
  site: Site,
  { offer, approvers, logo, pictures, testimonials, linked, similar, via, back, mayEdit, kept }: OfferView,
) {
  const { t, taxonomies } = view
  const { content, association, state } = offer
  const [cause = ''] = content.causes
  const heading = t.text(content.title)
  const isOnline = state === 'open' || state === 'full'
  const summary = t.text(content.summary)
  return {
    title: heading.text,
    fullTitle: `${heading.text}, ${association.name}`,
    description: summary.text,
    canonical: offer.homeUrl,
    preview: offer.isUnlisted
      ? null
      : previewOf(t, site, {
          title: heading.text,
          description: [association.name, whenText(view, content), whereText(view, content), summary.text]
            .filter(Boolean)
            .join(' · '),
          path: `/offers/${offer.publicId}`,
        }),
    robots: isOnline && !offer.isUnlisted ? undefined : 'noindex',
    alternates: offer.isUnlisted ? [] : [{ type: 'application/activity+json', href: offer.uri }],
    structured: offer.origin === 'home' && isOnline && !offer.isUnlisted ? structuredOf(view, site, offer) : null,
    crumb: { href: back ?? '/offers', label: back ? t('search.offer.back') : t('search.none.all') },
    pattern: taxonomies.pattern(cause),
    who: { name: association.name, cause: cause && label(view, 'cause', cause) },
    heading,
    seals: [
      ...(offer.origin === 'member' ? [sealText(view, offer.approvedAt)] : []),
      ...approvers.map(({ name, since }) => sealText({ ...view, centre: name }, since)),
    ].filter(Boolean),
    banner: isOnline && state !== 'full' ? null : bannerOf(view, offer),
    summary: summary.text ? summary : null,
    essentials: essentialsOf(view, content),
    first: [
      { icon: 'clock', say: t('search.offer.when'), text: whenText(view, content) },
      { icon: 'place', say: t('search.offer.where'), text: whereText(view, content) },
    ].filter(({ text }) => text),
    pictures: shownPictures(view, pictures),
    sheet: sheetOf(view, offer),
    testimonials: testimonials.map((one) => testimonialOf(t, one, false)),
    linked: linked.map(({ public_id, title }) => ({ href: `/offers/${public_id}`, title: t.text(title) })),
    apply: applyOf(view, offer, via),
    code: isOnline ? qrCode(offer.homeUrl) : null,
    question: questionOf(view, site, offer),
    publicId: offer.publicId,
    share: isOnline ? `/offers/${offer.publicId}/forward` : '',
    keep: isOnline && !offer.isUnlisted && !kept.isAmong ? `/offers/${offer.publicId}/keeping` : '',
    kept: kept.count > 0 ? t.n('search.kept.count', kept.count) : '',
    follow: followOf(view, offer),
    edit: mayEdit && offer.offerId ? `/work/offers/${offer.offerId}` : null,
    sections: sectionsOf(view, offer),
    home: {
      logo: offer.origin === 'home' ? site.logo : logoOf(logo),
      mission: association.mission,
      sectors: t.list(labels(view, 'cause', association.sectors ?? [])),
      href: offer.origin === 'home' ? '/about' : association.url,
      source: offer.origin === 'member' ? offer.homeUrl : '',
      published: offer.publishedAt,
      until: isOnline ? lastMoment(offer.publishUntil) : null,
    },
    similar: similar.map((one) => smallCardOf(view, one)),
  }
}

function structuredOf(view: CardView, site: Site, offer: ShownOffer) {
  const job = jobPosting(view, offer, String(site.country))
  const event = eventOf(view, offer)
  return event ? [job, event] : job
}

/** '' for the language of the page. */
const langOf = (t: Translator, lang: string): string => (lang === t.locale.slice(0, 2) ? '' : lang)

/** Served by its home, whose address is shown when that is another site. */
function sheetOf({ t }: CardView, { content, origin, association }: ShownOffer) {
  const { sheet } = content
  if (!sheet) return null
  const text = sheetText({ t }, sheet)
  if (origin === 'home') return { text, href: `/media/${fileIdOf(sheet.url)}`, host: '' }
  return {
    text: t('search.offer.sheet_at', { file: text, name: association.name }),
    href: sheet.url,
    host: hostOf(sheet.url),
  }
}

/** All places are taken, and one can wait for one. Sites of another kind have no waiting list that we know of. */
const hasLine = ({ state, content }: ShownOffer): boolean =>
  state === 'full' && !content.no_waiting_list && content.apply_mode === 'form'

function bannerOf({ t }: CardView, offer: ShownOffer) {
  const { state, closedReason, reopenOn, association } = offer
  const name = association.name
  const why = t.has(`search.banner.closed_${closedReason}`) ? closedReason : 'unsaid'
  const which = hasLine(offer) ? 'full_line' : state === 'closed' ? `closed_${why}` : state
  const text = [t.code('search.banner', which, { name })]
  if (reopenOn && (state === 'closed' || state === 'paused'))
    text.push(t('search.banner.reopens', { date: t.date(reopenOn, 'short') }))
  return { kind: state === 'cancelled' ? 'stop' : 'wait', text: text.join(' ') }
}

function applyOf(view: CardView, offer: ShownOffer, via: string) {
  const { t } = view
  const { capacity } = offer.content
  const { remaining } = offer
  const taken = capacity !== null && remaining !== null ? capacity - remaining : 0
  const seats = capacity !== null && capacity <= MOST_SEATS && offer.state === 'open'
  const elsewhere = offer.origin === 'member'
  const isForeign = offer.content.apply_mode === 'link'
  const isLine = hasLine(offer)
  return {
    heading:
      offer.state === 'open' || isLine
        ? seatsText(view, { ...offer, capacity, hasLine: isLine })
        : t.code('search.state', offer.state),
    seats: seats ? Array.from({ length: capacity }, (_, at) => ({ taken: at < taken })) : null,
    href: offer.state === 'open' || isLine ? applyAddress(offer, via) : null,
    label: isLine
      ? t(elsewhere ? 'search.apply.line_elsewhere' : 'search.apply.line')
      : t(isForeign ? 'search.apply.foreign' : elsewhere ? 'search.apply.elsewhere' : 'search.apply.button'),
    note: isLine
      ? t('search.apply.note_line')
      : t(isForeign ? 'search.apply.note_foreign' : elsewhere ? 'search.apply.note_elsewhere' : 'search.apply.note'),
    elsewhere: elsewhere ? hostOf(offer.homeUrl) : '',
  }
}

/** Always at the offer's home, with the token by which it counts who sent the visitor. */
export function applyAddress({ origin, publicId, homeUrl, via, content }: ShownOffer, visitorVia = ''): string {
  // A site of another kind has no form of ours and does not know the token.
  if (content.apply_mode === 'link') return homeUrl
  const token = origin === 'member' ? via : visitorVia
  return `${origin === 'member' ? homeUrl : `/offers/${publicId}`}/apply${token ? `?via=${encodeURIComponent(token)}` : ''}`
}

/** `until` is the first instant after the last day. */
const lastMoment = (until: string): string => new Date(Date.parse(until) - 1).toISOString()

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '')

function questionOf({ t }: CardView, site: Site, offer: ShownOffer) {
  const who = offer.content.contact_label
  if (offer.origin === 'home' && site.phone) return { who, phone: site.phone }
  if (offer.origin === 'member') return { who, link: { href: offer.homeUrl, label: t('search.offer.at_home') } }
  return who ? { who } : null
}

/** Of the association, where it is one of several; of the cause, where nobody else is taken. */
function followOf({ t, isCentre }: CardView, { association, content, state }: ShownOffer) {
  const [cause = ''] = content.causes
  const link = (name: string, value: string) => `/offers/follow?${new URLSearchParams({ [name]: value }).toString()}`
  return [
    ...(state !== 'open' && cause
      ? [{ href: link('cause', cause), label: t('search.offer.follow_cause'), isMain: true }]
      : []),
    ...(isCentre
      ? [{ href: link('association', association.uri), label: t('search.offer.follow_association'), isMain: false }]
      : []),
  ]
}

function sectionsOf(view: CardView, { content }: ShownOffer) {
  const { t } = view
  const language = t.locale === 'en' ? 'en' : 'fr'
  const other = language === 'fr' ? 'en' : 'fr'
  const list = (key: 'tasks' | 'questions') => {
    const lang = content[key][language]?.length ? language : other
    return { key, text: null, items: content[key][lang] ?? [], lang }
  }
  const text = (map: { fr?: string; en?: string }) => (t.text(map).text ? t.text(map) : null)
  const sections = [
    { key: 'context', text: text(content.context), items: [], lang: '' },
    list('tasks'),
    { key: 'profile', text: text(content.profile), items: labels(view, 'requirement', content.requirements), lang: '' },
    { key: 'skills', text: null, items: labels(view, 'skill', content.skills), lang: '' },
    {
      key: 'benefits',
      text: content.contact_label ? null : text(content.support),
      items: [
        ...labels(view, 'benefit', content.benefits),
        ...(content.compensation === 'none' ? [] : [label(view, 'compensation', content.compensation)]),
      ],
      lang: '',
    },
    { key: 'practical', text: text(content.practical), items: [], lang: '' },
    list('questions'),
  ] as const
  return sections
    .filter((section) => section.text || section.items.length > 0)
    .map((section) => ({
      heading: t(
        `search.section.${section.key === 'questions' && content.replies_needed ? 'questions_needed' : section.key}`,
      ),
      text: section.text,
      items: section.items,
      lang: section.lang && section.lang !== language ? section.lang : '',
    }))
}

/** The first one stands on the page; the others are loaded once somebody opens them. */
function shownPictures({ t }: CardView, pictures: ShownPicture[]) {
  const [first, ...others] = pictures.map((picture) => ({ ...picture, lang: langOf(t, picture.lang) }))
  return { first, others }
}
