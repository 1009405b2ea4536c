// SPDX-License-Identifier: AGPL-3.0-or-later
// The guides of the product, one for each role: their steps, the page each step is about, and the words of that page
// which its text names. Texts: `help.guide.ROLE.…` and `help.step.ROLE.STEP.…`.
import type { MessageKey } from '../text/message-keys.ts'
import type { Role } from '../model/viewer.ts'

/** What the text calls by its name on screen, as `{name}`: it cannot say another word than the page. */
type Names = Readonly<Record<string, MessageKey>>
type Step = {
  /** The route of its page; the text has a link when the address is always the same. */
  at: string
  /** Words that stand on that page. */
  shows?: Names
  /** Words of other pages. */
  says?: Names
  /** There is a picture of the page: `views/pictures/help/ROLE-STEP.fr.webp`. */
  isPictured?: true
}
type Guide = { for: 'association' | 'centre' | 'all'; steps: Readonly<Record<string, Step>> }

const volunteer = {
  find: {
    at: '/offers',
    shows: { search: 'search.button', town: 'search.field.town', follow: 'search.follow.link' },
    isPictured: true,
  },
  apply: { at: '/offers/:offer/apply', shows: { send: 'applications.apply.button' }, isPictured: true },
  follow: { at: '/applications/:token' },
  space: { at: '/my', shows: { mine: 'applications.mine.title' }, isPictured: true },
  hours: { at: '/my/hours', shows: { save: 'hours.form.save' }, isPictured: true },
  account: {
    at: '/my',
    shows: {
      profile: 'accounts.link_card.profile',
      notices: 'accounts.link_card.notices',
      security: 'accounts.link_card.security',
    },
    says: { data: 'people.data.title' },
  },
} as const satisfies Guide['steps']

const coordinator = {
  desk: { at: '/work', shows: { work: 'nav.work' }, isPictured: true },
  write: {
    at: '/work/offers/new',
    shows: { draft: 'offers.form.save_draft', questions: 'offers.form.more_questions' },
    says: { publish: 'offers.do.publish' },
    isPictured: true,
  },
  tend: {
    at: '/work/offers',
    shows: { new: 'offers.list.new' },
    says: { edit: 'offers.do.edit', close: 'offers.do.close', renew: 'offers.do.renew', copy: 'offers.do.copy' },
  },
  schedule: { at: '/work/offers/:offer/schedule', says: { plan: 'offers.do.schedule' } },
  answer: {
    at: '/work/applications/:application',
    shows: { refuse: 'applications.refusal.link' },
    isPictured: true,
  },
  welcome: { at: '/work/applications/:application', says: { list: 'association.field.welcome' } },
  testimonials: { at: '/work/testimonials', says: { show: 'applications.testimonials.do.show' } },
  enquiries: { at: '/work/enquiries' },
  people: { at: '/work/people', shows: { invite: 'people.invite.button', teams: 'people.teams.title' } },
  hours: {
    at: '/work/hours',
    shows: { approve: 'hours.work.approve_chosen', sheet: 'hours.work.sheet' },
    isPictured: true,
  },
  links: { at: '/work/hours/links/offers/:offer' },
  attest: { at: '/work/people/:person/attestations', says: { attest: 'attestations.work.new' } },
  figures: { at: '/work/statistics', says: { year: 'statistics.yearly.link' } },
} as const satisfies Guide['steps']

const treasurer = {
  check: { at: '/work/hours', shows: { statement: 'hours.work.statement', file: 'hours.work.export' } },
  rates: {
    at: '/work/hours/settings',
    shows: { save: 'hours.settings.save_rate', source: 'hours.settings.source' },
    isPictured: true,
  },
  statement: { at: '/work/hours/statement', shows: { file: 'hours.statement.csv' }, isPictured: true },
  close: { at: '/work/hours/years', says: { close: 'years.closing.button' } },
} as const satisfies Guide['steps']

const moderator = {
  desk: { at: '/moderation', shows: { show: 'moderation.list.show' }, isPictured: true },
  decide: {
    at: '/moderation/:item',
    shows: {
      accept: 'moderation.decide.accept',
      ask: 'moderation.decide.ask',
      refuse: 'moderation.decide.refuse',
      send: 'moderation.decide.send',
    },
    isPictured: true,
  },
  reports: { at: '/reports', says: { suspend: 'reports.decide.suspended', kept: 'reports.decide.kept' } },
  several: { at: '/moderation', shows: { open: 'moderation.several.open' } },
  towns: { at: '/moderation/towns' },
  members: {
    at: '/partners',
    shows: { members: 'partners.title.members' },
    says: { pause: 'partners.pause.open' },
    isPictured: true,
  },
  models: { at: '/partners/templates', shows: { write: 'partners.templates.new' } },
  figures: { at: '/statistics' },
} as const satisfies Guide['steps']

const administrator = {
  settings: {
    at: '/settings',
    shows: { save: 'association.settings.save', contact: 'association.settings.contact' },
    isPictured: true,
  },
  team: { at: '/work/people/new', shows: { send: 'people.invite.send' }, isPictured: true },
  roles: {
    at: '/settings/roles',
    shows: { new: 'people.roles.new' },
    says: { give: 'people.roles.give_label', where: 'people.roles.where' },
  },
  health: { at: '/operator', shows: { trail: 'audit.trail.title' }, isPictured: true },
  mails: { at: '/operator/mails' },
  help: { at: '/operator/help', shows: { title: 'help.list.title' } },
  privacy: { at: '/operator/privacy', shows: { requests: 'privacy.requests.title' } },
  sites: { at: '/operator/federation' },
} as const satisfies Guide['steps']

export const GUIDES = {
  volunteer: { for: 'association', steps: volunteer },
  coordinator: { for: 'all', steps: coordinator },
  treasurer: { for: 'association', steps: treasurer },
  moderator: { for: 'centre', steps: moderator },
  administrator: { for: 'all', steps: administrator },
} as const satisfies Record<Role, Guide>

export const stepsOf = (role: Role): [string, Step][] => Object.entries<Step>(GUIDES[role].steps)

type StepName = { [R in Role]: `${R}#${keyof (typeof GUIDES)[R]['steps'] & string}` }[Role]

/** Where the help of a page is: the first line whose path begins its route. Read by `helpAt`, and by nothing else. */
const HELP_OF: readonly (readonly [path: string, step: StepName])[] = [
  ['/my/hours', 'volunteer#hours'],
  ['/hours/together', 'volunteer#hours'],
  ['/my/attestations', 'volunteer#hours'],
  ['/my/cec', 'volunteer#hours'],
  ['/my/trips', 'volunteer#hours'],
  ['/my/', 'volunteer#account'],
  ['/my', 'volunteer#space'],
  ['/offers/:offer/apply', 'volunteer#apply'],
  ['/applications/answering', 'coordinator#answer'],
  ['/applications/attendance', 'coordinator#answer'],
  ['/applications/', 'volunteer#follow'],
  ['/offers', 'volunteer#find'],
  ['/work/offers/new', 'coordinator#write'],
  ['/work/offers/:offer/schedule', 'coordinator#schedule'],
  ['/work/offers', 'coordinator#tend'],
  ['/work/applications', 'coordinator#answer'],
  ['/work/testimonials', 'coordinator#testimonials'],
  ['/work/enquiries', 'coordinator#enquiries'],
  ['/settings/roles', 'administrator#roles'],
  ['/work/teams', 'coordinator#people'],
  ['/work/people/new', 'administrator#team'],
  ['/work/people/:person/attestations', 'coordinator#attest'],
  ['/work/people', 'coordinator#people'],
  ['/work/attestations', 'coordinator#attest'],
  ['/work/hours/links', 'coordinator#links'],
  ['/work/hours/settings', 'treasurer#rates'],
  ['/work/hours/projects', 'treasurer#rates'],
  ['/work/cec', 'coordinator#hours'],
  ['/work/hours/rates', 'treasurer#rates'],
  ['/work/hours/statement', 'treasurer#statement'],
  ['/work/hours/years', 'treasurer#close'],
  ['/work/hours/simulation', 'treasurer#rates'],
  ['/work/hours', 'coordinator#hours'],
  ['/work/trips/rates', 'treasurer#rates'],
  ['/work/trips', 'coordinator#hours'],
  ['/work/statistics', 'coordinator#figures'],
  ['/work/embed', 'coordinator#tend'],
  ['/work', 'coordinator#desk'],
  ['/moderation/towns', 'moderator#towns'],
  ['/moderation/:item', 'moderator#decide'],
  ['/moderation', 'moderator#desk'],
  ['/partners/templates', 'moderator#models'],
  ['/partners', 'moderator#members'],
  ['/reports', 'moderator#reports'],
  ['/statistics', 'moderator#figures'],
  ['/settings', 'administrator#settings'],
  ['/operator/mails', 'administrator#mails'],
  ['/operator/help', 'administrator#help'],
  ['/operator/privacy', 'administrator#privacy'],
  ['/operator/federation', 'administrator#sites'],
  ['/operator', 'administrator#health'],
]

/** @param route as the site map has it. @returns the address of the step about it; of all guides when there is none. */
export function helpAt(route: string): string {
  const step = HELP_OF.find(([path]) => route.startsWith(path))?.[1]
  return step ? `/help/${step}` : '/help'
}
