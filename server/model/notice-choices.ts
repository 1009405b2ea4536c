// SPDX-License-Identifier: AGPL-3.0-or-later
// How often a person wants to be told of what. Links that were asked for, answers to an application and mails about
// safety are no notices: they always leave at once.
import type { Right } from './rights.ts'
import { hasRight, isOfTeam, type Viewer } from './viewer.ts'

export const NOTICE_KINDS = [
  'applications',
  'approvals',
  'enquiries',
  'help',
  'offers',
  'decisions',
  'moderation',
  'reports',
  'partners',
  'hours',
  'usual',
  'thanks',
  'invitations',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** `gathered`: soon, several in one mail · `daily`, `weekly`: one mail for all kinds · `none`: only on the pages. */
export const NOTICE_CHOICES = ['gathered', 'daily', 'weekly', 'none'] as const
export type NoticeChoice = (typeof NOTICE_CHOICES)[number]

/** Who gets notices of a kind: whoever has one of these rights. */
const RECEIVERS: Record<NoticeKind, readonly Right[] | 'everybody'> = {
  applications: ['offers'],
  approvals: ['manage_hours'],
  enquiries: ['offers'],
  help: ['help'],
  offers: ['offers'],
  decisions: ['offers'],
  moderation: ['moderation'],
  reports: ['offers', 'moderation'],
  partners: ['association', 'moderation'],
  hours: 'everybody',
  usual: 'everybody',
  thanks: 'everybody',
  invitations: 'everybody',
}
/** Kinds that there are at an association, or at a centre, only. */
const ONLY: Partial<Record<NoticeKind, 'association' | 'centre'>> = {
  applications: 'association',
  offers: 'association',
  decisions: 'association',
  invitations: 'association',
  moderation: 'centre',
}

export function kindsFor(viewer: Viewer, site: 'association' | 'centre' | 'both'): NoticeKind[] {
  const isSomebody = viewer.isVolunteer || isOfTeam(viewer)
  return NOTICE_KINDS.filter((kind) => {
    const only = ONLY[kind]
    const receivers = RECEIVERS[kind]
    const isFor = receivers === 'everybody' ? isSomebody : hasRight(viewer, ...receivers)
    return (only === undefined || site === 'both' || site === only) && isFor
  })
}

/** @param stored JSON of `people.notice_choices`; what cannot be read counts as nothing chosen. */
export function choiceFor(stored: string, kind: NoticeKind): NoticeChoice {
  const chosen = choicesIn(stored)[kind]
  return NOTICE_CHOICES.find((one) => one === chosen) ?? 'gathered'
}

export function choicesIn(stored: string): Partial<Record<NoticeKind, NoticeChoice>> {
  try {
    const read: unknown = JSON.parse(stored)
    return typeof read === 'object' && read !== null ? read : {}
  } catch {
    return {}
  }
}
