// SPDX-License-Identifier: AGPL-3.0-or-later
import { GUIDES, stepsOf } from '../../web/guides.ts'
import { RIGHTS_OF_ROLE, ROLES, type Role } from '../../model/rights.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import type { Translator } from '../../text/i18n.ts'
import type { PageModel, Site } from '../../text/render.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { listPictures, narrowName, pictureUrl } from '../pictures.ts'

/** Its pages are those of somebody who may do all that the role may. */
const mayAs = (viewer: Viewer, role: Role): boolean =>
  role === 'volunteer' ? viewer.isVolunteer : RIGHTS_OF_ROLE[role].every((right) => hasRight(viewer, right))

/** In the order of a reader who begins. */
const ORDER: readonly Role[] = ROLES.toReversed()

/** The guides of what there is on this site; one's own come first. */
export function indexPage(t: Translator, site: Site, viewer: Viewer): PageModel {
  const isHere = (role: Role) => site.kind === 'both' || ['all', site.kind].includes(GUIDES[role].for)
  const isOwn = (role: Role) => viewer.isSignedIn && mayAs(viewer, role)
  const shown = ORDER.filter(isHere)
  return {
    title: t('help.guides.title'),
    guides: [...shown.filter(isOwn), ...shown.filter((role) => !isOwn(role))].map((role) => ({
      href: `/help/${role}`,
      title: t.code('help.guide', `${role}.title`),
      lead: t.code('help.guide', `${role}.lead`),
    })),
  }
}

/** What one does, in the order of the lines; words of the screen stand in it as they are on the screen. */
export function guidePage(t: Translator, viewer: Viewer, role: Role): PageModel {
  const steps = stepsOf(role).map(([name, { at, shows = {}, says = {}, isPictured }]) => {
    const words = Object.entries<MessageKey>({ ...shows, ...says }).map(([as, key]) => [as, t(key)])
    const key = `${role}.${name}`
    return {
      id: name,
      title: t.code('help.step', `${key}.title`),
      lines: t.code('help.step', `${key}.text`, Object.fromEntries(words)).split('\n'),
      href: at.includes(':') ? null : at,
      picture: isPictured ? pictureOf(t, role, name) : null,
    }
  })
  return {
    title: t.code('help.guide', `${role}.title`),
    lead: t.code('help.guide', `${role}.lead`),
    steps,
    // Whoever is not in yet opens a page of the guide by the sign-in.
    mayOpen: viewer.isSignedIn && mayAs(viewer, role),
  }
}

function pictureOf(t: Translator, role: Role, step: string) {
  const [wide, narrow] = [`${role}-${step}`, narrowName(`${role}-${step}`)].map((name) => fileOf(t, name))
  return wide && narrow ? { ...wide, narrow, alt: t.code('help.picture', `${role}.${step}`) } : null
}

function fileOf(t: Translator, shot: string) {
  const name = `${shot}.${t.locale === 'en' ? 'en' : 'fr'}`
  const picture = listPictures()[name]
  return picture && { src: pictureUrl(name, picture), width: picture.width, height: picture.height }
}
