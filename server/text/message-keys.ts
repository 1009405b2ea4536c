// SPDX-License-Identifier: AGPL-3.0-or-later
// Every text key, from the French source: a wrong key does not compile.

type Texts = {
  accounts: typeof import('../../views/locales/fr/accounts.json', { with: { type: 'json' } })
  alerts: typeof import('../../views/locales/fr/alerts.json', { with: { type: 'json' } })
  applications: typeof import('../../views/locales/fr/applications.json', { with: { type: 'json' } })
  association: typeof import('../../views/locales/fr/association.json', { with: { type: 'json' } })
  attestations: typeof import('../../views/locales/fr/attestations.json', { with: { type: 'json' } })
  audit: typeof import('../../views/locales/fr/audit.json', { with: { type: 'json' } })
  cec: typeof import('../../views/locales/fr/cec.json', { with: { type: 'json' } })
  cli: typeof import('../../views/locales/fr/cli.json', { with: { type: 'json' } })
  enquiries: typeof import('../../views/locales/fr/enquiries.json', { with: { type: 'json' } })
  error: typeof import('../../views/locales/fr/error.json', { with: { type: 'json' } })
  form: typeof import('../../views/locales/fr/form.json', { with: { type: 'json' } })
  reports: typeof import('../../views/locales/fr/reports.json', { with: { type: 'json' } })
  help: typeof import('../../views/locales/fr/help.json', { with: { type: 'json' } })
  hours: typeof import('../../views/locales/fr/hours.json', { with: { type: 'json' } })
  imports: typeof import('../../views/locales/fr/imports.json', { with: { type: 'json' } })
  layout: typeof import('../../views/locales/fr/layout.json', { with: { type: 'json' } })
  mail: typeof import('../../views/locales/fr/mail.json', { with: { type: 'json' } })
  moderation: typeof import('../../views/locales/fr/moderation.json', { with: { type: 'json' } })
  nav: typeof import('../../views/locales/fr/nav.json', { with: { type: 'json' } })
  offers: typeof import('../../views/locales/fr/offers.json', { with: { type: 'json' } })
  operator: typeof import('../../views/locales/fr/operator.json', { with: { type: 'json' } })
  partners: typeof import('../../views/locales/fr/partners.json', { with: { type: 'json' } })
  peers: typeof import('../../views/locales/fr/peers.json', { with: { type: 'json' } })
  people: typeof import('../../views/locales/fr/people.json', { with: { type: 'json' } })
  privacy: typeof import('../../views/locales/fr/privacy.json', { with: { type: 'json' } })
  search: typeof import('../../views/locales/fr/search.json', { with: { type: 'json' } })
  statistics: typeof import('../../views/locales/fr/statistics.json', { with: { type: 'json' } })
  years: typeof import('../../views/locales/fr/years.json', { with: { type: 'json' } })
  towns: typeof import('../../views/locales/fr/towns.json', { with: { type: 'json' } })
}
type KeysOf<T> = T extends { default: infer D } ? keyof D : keyof T

export type MessageKey = Extract<{ [D in keyof Texts]: KeysOf<Texts[D]> }[keyof Texts], string>

/** `hours/returned` for a mail whose subject is the text `mail.hours.returned.subject`. */
export type MailName = MessageKey extends infer K
  ? K extends `mail.${infer Domain}.${infer Name}.subject`
    ? `${Domain}/${Name}`
    : never
  : never
export type MailOf<Domain extends string> = MailName extends infer N
  ? N extends `${Domain}/${infer Name}`
    ? Name
    : never
  : never
