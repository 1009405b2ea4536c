// SPDX-License-Identifier: AGPL-3.0-or-later
// What the pages of one's own account are given. Pure: rows in, page model out.
import type { Request } from 'express'
import type { listSessionsOf } from '../../db/queries/sessions.ts'
import type { PersonRow } from '../../db/queries/people.ts'
import type { Place } from '../../db/reference/places.ts'
import { localPath } from '../web/access.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import { LOCALES, type Translator } from '../web/i18n.ts'
import type { MessageKey } from '../web/message-keys.ts'
import type { PageModel } from '../web/render.ts'
import { hasRole, type Viewer } from '../web/viewer.ts'
import { fullName } from './mails.ts'

/** Title and form; nothing of an account is for search engines. */
export function formPage(req: Request, title: MessageKey, form: Form = emptyForm(), more: object = {}): PageModel {
  return { title: req.t(title), robots: 'noindex', form, ...more }
}

/** "Chloé Tremblay", with the member number that tells namesakes apart. */
export function choiceOf(people: PersonRow[], t: Translator) {
  return people.map((person) => ({
    value: person.id,
    label: fullName(person),
    hint: t('accounts.member_number', { number: String(person.member_number) }),
  }))
}

const LANGUAGES = { fr: 'Français', 'fr-CA': 'Français (Québec)', en: 'English' } as const

/** @param offered those of the association; the person's own is never left out. */
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

/** "Saint-Denis", with what tells it from the others. */
export function placeOptions(places: Place[]) {
  return places.map((place) => ({
    value: place.code,
    label: place.name,
    hint: [place.departmentName ?? place.mrc, place.regionName].filter(Boolean).join(', '),
  }))
}

type SessionLine = Awaited<ReturnType<typeof listSessionsOf>>[number]

/** @param mark makes the short name by which a session is ended; its hash never leaves. */
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

type Door = { href: string; icon: string; title: string; text: string }

/** Where this person may go from their own page. */
export function doors(viewer: Viewer, kind: string, t: Translator): { own: Door[]; work: Door[] } {
  const door = (href: string, icon: string, name: string): Door => ({
    href,
    icon,
    title: t.code('accounts.door', name),
    text: t.code('accounts.door_text', name),
  })
  const own = [
    ...(viewer.roles.has('volunteer') ? [door('/my/hours', 'clock', 'hours')] : []),
    door('/my/profile', 'person', 'profile'),
    door('/my/security', 'key', 'security'),
  ]
  const work = [
    ...(hasRole(viewer, 'coordinator') && kind !== 'centre' ? [door('/work', 'calendar', 'work')] : []),
    ...(hasRole(viewer, 'moderator') && kind !== 'association' ? [door('/moderation', 'seal', 'moderation')] : []),
    ...(hasRole(viewer, 'coordinator') ? [door('/work/people', 'people', 'people')] : []),
    ...(hasRole(viewer, 'treasurer') ? [door('/work/hours/statement', 'clock', 'statement')] : []),
    ...(hasRole(viewer, 'administrator') ? [door('/settings', 'home', 'settings')] : []),
  ]
  return { own, work }
}

export function signInPage(req: Request, form: Form) {
  return formPage(req, 'accounts.sign_in.title', form, { next: localPath(form.values.next, '') })
}
