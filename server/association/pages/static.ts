// SPDX-License-Identifier: AGPL-3.0-or-later
import { ENQUIRY_MONTHS } from '../../model/enquiry.ts'
import { HELP_MONTHS } from '../../model/help.ts'
import { REPORT_MONTHS } from '../../model/report.ts'
import { TESTIMONIAL_MONTHS } from '../../model/testimonial.ts'
import type { AssociationRow } from '../../../db/queries/association.ts'
import { KEEP_MONTHS } from '../../applications/rules.ts'
import { TRAIL_KEPT } from '../../audit/rules.ts'
import { DAY } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { ALERT_MONTHS, CONFIRM_ALERT_DAYS } from '../../model/alerts.ts'
import { MAIL_DAYS } from '../../operator/retention.ts'
import { IN_BACKUPS } from '../../privacy/erasure.ts'
import type { Translator } from '../../text/i18n.ts'
import { capital, withArticle } from '../../text/wording.ts'
import { addressOf } from './home.ts'
import { printIdentifier, SCHEMES, type Scheme } from '../legal-identifiers.ts'
import { describeTerritory } from '../territory.ts'
import { telephoneLink } from '../../model/telephone.ts'

export type StaticName = 'about' | 'accessibility' | 'privacy' | 'legal'
type Software = { version: string; source: string }

export function staticPage(deps: Deps, t: Translator, row: AssociationRow, software: Software, name: StaticName) {
  const { host } = new URL(deps.config.publicUrl)
  const mission = t.text(row.mission)
  return {
    title: t(`association.page.${name}.title`),
    name: row.name,
    /** For the beginning of a sentence. */
    named: capital(withArticle(row.name, t.locale)),
    namedLater: withArticle(row.name, t.locale),
    isCentre: row.kind !== 'association',
    country: row.country.toLowerCase(),
    mission: mission.text ? mission : null,
    address: addressOf(row),
    contact: {
      who: row.contact_name,
      hours: row.contact_hours,
      phone: row.contact_phone,
      tel: telephoneLink(row.contact_phone),
      email: row.contact_email,
    },
    website: row.website,
    director: row.director_name || row.contact_name,
    inCharge: row.privacy_name
      ? { name: row.privacy_name, title: row.privacy_title, contact: row.privacy_contact }
      : null,
    hosting: row.host_name ? { name: row.host_name, address: row.host_address } : null,
    identifiers: row.legal_identifiers.map(({ scheme, value }) => ({
      label: scheme in SCHEMES ? t.code('association.field', SCHEMES[scheme as Scheme].field) : scheme,
      value: printIdentifier({ scheme, value }),
    })),
    territory: row.kind === 'association' ? [] : describeTerritory(deps.places, row.territory).map((area) => area.name),
    fediverse: deps.config.federation ? `@${row.handle}@${host}` : '',
    host,
    months: KEEP_MONTHS,
    enquiryMonths: ENQUIRY_MONTHS,
    helpMonths: HELP_MONTHS,
    reportMonths: REPORT_MONTHS,
    testimonialMonths: TESTIMONIAL_MONTHS,
    alertMonths: ALERT_MONTHS,
    alertDays: CONFIRM_ALERT_DAYS,
    inactiveMonths: deps.config.keepInactiveMonths,
    invitedMonths: deps.config.keepInvitedMonths,
    mailDays: MAIL_DAYS,
    trailDays: Math.ceil(TRAIL_KEPT / DAY),
    backupDays: Math.ceil(IN_BACKUPS / DAY),
    sendsMail: deps.config.smtpUrl !== undefined,
    software,
  }
}
