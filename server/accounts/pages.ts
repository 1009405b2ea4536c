// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import type { listSessionsOf } from '../../db/queries/sessions.ts'
import type { PersonRow } from '../../db/queries/people.ts'
import type { Place } from '../../db/reference/places.ts'
import { localPath } from '../web/access.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import { LOCALES, type Translator } from '../text/i18n.ts'
import type { MessageKey } from '../text/message-keys.ts'
import type { PageModel } from '../text/render.ts'
import { hasRight, hasSomewhere, type Viewer } from '../model/viewer.ts'
import { fullName } from '../model/person.ts'

/** Search engines must not index account pages. */
export function formPage(req: Request, title: MessageKey, form: Form = emptyForm(), more: object = {}): PageModel {
  return { title: req.t(title), robots: 'noindex', form, ...more }
}

/** With the member number, because two people may have the same name. */
export function choiceOf(people: PersonRow[], t: Translator) {
  return people.map((person) => ({
    value: person.id,
    label: fullName(person),
    hint: t('accounts.member_number', { number: String(person.member_number) }),
  }))
}

/** Before the day, that it comes; from then on, that it is needed; without a day, why it is good. */
export function factorText(due: { at: string; isOver: boolean } | undefined, t: Translator): string {
  if (!due) return t('accounts.hub.second_factor')
  return due.isOver ? t('accounts.factor.needed') : t('accounts.factor.due', { date: t.date(due.at, 'short') })
}

const LANGUAGES = { fr: 'Français', 'fr-CA': 'Français (Québec)', en: 'English' } as const

/** @param offered languages of the association; the person's own is added when it is not one of them. */
export function languageOptions(offered: readonly string[], own?: string) {
  return LOCALES.filter((locale) => offered.includes(locale) || locale === own).map((locale) => ({
    value: locale,
    label: LANGUAGES[locale],
    lang: locale === 'en' ? 'en' : 'fr',
  }))
}

export function kindOptions(t: Translator) {
  return (['association', 'centre', 'both'] as const).map((value) => ({
    value,
    label: t(`accounts.kind.${value}`),
    hint: t(`accounts.kind.${value}_hint`),
  }))
}

export function countryOptions(t: Translator) {
  return (['FR', 'CA'] as const).map((value) => ({ value, label: t(`accounts.country.${value}`) }))
}

/** With the area, because several towns may have the same name. */
export function placeOptions(places: Place[]) {
  return places.map((place) => ({
    value: place.code,
    label: place.name,
    hint: [place.departmentName ?? place.mrc, place.regionName].filter(Boolean).join(', '),
  }))
}

type SessionLine = Awaited<ReturnType<typeof listSessionsOf>>[number]

/** @param mark makes a short name from the hash of a session, because the hash is not sent to the browser. */
export function sessionLines(
  rows: SessionLine[],
  current: string | undefined,
  mark: (hash: string) => string,
  t: Translator,
) {
  return rows.map((row) => ({
    mark: mark(row.id_hash),
    device: row.device || t('accounts.sessions.unknown'),
    seen: t.date(row.seen_at, 'datetime'),
    since: t.date(row.created_at, 'short'),
    isCurrent: row.id_hash === current,
  }))
}

type LinkCard = { href: string; icon: string; title: string; text: string }

type Site = { kind?: unknown; country?: unknown }

export function linkCards(
  viewer: Viewer,
  { kind, country }: Site,
  t: Translator,
): { own: LinkCard[]; work: LinkCard[] } {
  const linkCard = (href: string, icon: string, name: string): LinkCard => ({
    href,
    icon,
    title: t.code('accounts.link_card', name),
    text: t.code('accounts.link_card_text', name),
  })
  const own = [
    ...(viewer.isVolunteer ? [linkCard('/my/hours', 'clock', 'hours')] : []),
    linkCard('/my/profile', 'person', 'profile'),
    linkCard('/my/notices', 'mail', 'notices'),
    linkCard('/my/security', 'key', 'security'),
  ]
  const readsHours = hasRight(viewer, 'years') || (hasRight(viewer, 'see_hours') && !hasRight(viewer, 'manage_hours'))
  // Whoever sees the hours finds these there.
  const setsHours = hasRight(viewer, 'categories', 'levels') && !hasRight(viewer, 'see_hours')
  const keepsProjects = hasRight(viewer, 'projects') && !hasRight(viewer, 'see_hours')
  const readsSomeHours = !hasRight(viewer, 'see_hours') && hasSomewhere(viewer, 'see_hours')
  const work = [
    ...(hasRight(viewer, 'offers') && kind !== 'centre' ? [linkCard('/work', 'calendar', 'work')] : []),
    ...(hasRight(viewer, 'moderation') && kind !== 'association'
      ? [linkCard('/moderation', 'seal', 'moderation')]
      : []),
    ...(hasSomewhere(viewer, 'see_people') ? [linkCard('/work/people', 'people', 'people')] : []),
    ...(readsHours ? [linkCard('/work/hours/statement', 'clock', 'statement')] : []),
    ...(readsSomeHours ? [linkCard('/work/hours', 'clock', 'work_hours')] : []),
    ...(setsHours ? [linkCard('/work/hours/settings', 'clock', 'hours_settings')] : []),
    ...(keepsProjects ? [linkCard('/work/hours/projects', 'clock', 'projects')] : []),
    ...(hasSomewhere(viewer, 'cec') && country === 'FR' ? [linkCard('/work/cec', 'seal', 'cec')] : []),
    ...(hasRight(viewer, 'association') ? [linkCard('/settings', 'home', 'settings')] : []),
    ...(hasRight(viewer, 'roles') && !hasRight(viewer, 'association')
      ? [linkCard('/settings/roles', 'people', 'roles')]
      : []),
  ]
  return { own, work }
}

export function signInPage(req: Request, form: Form) {
  return formPage(req, 'accounts.sign_in.title', form, {
    next: localPath(form.values.next, ''),
    sealed: req.sealedForm ?? form.values.sealed_form,
  })
}
