// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may open which route, written by hand a second time, because the site map is tested against it.

/** `halfway`: an administrator with a correct password, before the second factor. */
export const WHO = [
  'anonymous',
  'halfway',
  'volunteer',
  'coordinator',
  'treasurer',
  'moderator',
  'administrator',
] as const
export type Who = (typeof WHO)[number]

const TABLE: [Who[], string][] = [
  [
    [...WHO],
    `
  GET /language
  POST /language
  GET /setup/:token
  POST /setup/:token
  GET /sign-in
  POST /sign-in
  POST /sign-in/association
  POST /sign-in/link
  GET /sign-in/sent
  GET /sign-in/link/:token
  POST /sign-in/link/:token
  GET /sign-in/who
  POST /sign-in/who
  GET /sign-in/code
  POST /sign-in/code
  GET /sign-out
  POST /sign-out
  GET /password/forgot
  POST /password/forgot
  GET /password/:token
  POST /password/:token
  GET /welcome/:token
  POST /welcome/:token
  GET /email/:token
  POST /email/:token
  GET /email/leaving/:token
  POST /email/leaving/:token
  GET /email/undo/:token
  POST /email/undo/:token
  GET /erasure/:token
  POST /erasure/:token
  GET /
  GET /about
  GET /attestations/:code.jwt
  GET /attestations/:code
  GET /credentials/issuer
  GET /credentials/volunteering
  GET /credentials/keys/:verifier
  GET /credentials/status/:list
  GET /testimonials
  GET /templates.json
  GET /accessibility
  GET /privacy
  GET /legal
  GET /source.tar.gz
  GET /media/:upload
  GET /offers
  GET /offres
  GET /offers.atom
  GET /offers.json
  GET /offers.ics
  GET /offers/follow
  POST /offers/follow
  GET /offers/follow/sent
  GET /alerts/new/:token
  POST /alerts/new/:token
  GET /alerts/:token
  POST /alerts/:token
  GET /alerts/:token/data.json
  POST /alerts/:token/renewal
  POST /alerts/:token/removal
  GET /alerts/:token/stop
  POST /alerts/:token/stop
  GET /notices/:token/stop
  POST /notices/:token/stop
  GET /offers/:offer
  POST /offers/near
  GET /offers/kept
  POST /offers/:offer/keeping
  POST /offers/:offer/letting-go
  GET /offers/:offer/forward
  POST /offers/:offer/forward
  GET /associations
  GET /embed/offers
  GET /robots.txt
  GET /sitemap.xml
  GET /sitemap/pages.xml
  GET /sitemap/offers.xml
  GET /api/v1/openapi.json
  GET /api/v1/offers
  GET /api/v1/offers/:offer
  GET /api/v1/associations
  GET /api/v1/missions
  GET /offers/:offer/apply
  POST /offers/:offer/apply
  GET /help
  GET /help/:guide
  GET /help/pictures/:picture
  GET /offers/:offer/report
  POST /offers/:offer/report
  GET /help/ask
  POST /help/ask
  GET /enquiries/new
  POST /enquiries/new
  GET /enquiries/passing/:token
  POST /enquiries/passing/:token
  GET /enquiries/:token
  POST /enquiries/:token
  POST /enquiries/:token/confirmation
  GET /enquiries/:token/withdrawal
  POST /enquiries/:token/withdrawal
  GET /applications/answering/:token
  GET /applications/answering/:token/acceptance
  POST /applications/answering/:token/acceptance
  GET /applications/answering/:token/waiting-list
  POST /applications/answering/:token/waiting-list
  GET /applications/answering/:token/refusal
  POST /applications/answering/:token/refusal
  GET /applications/answering/:token/messages
  POST /applications/answering/:token/messages
  POST /applications/answering/:token/messages/reading
  GET /applications/attendance/:token
  POST /applications/attendance/:token
  GET /applications/guardian/:token
  POST /applications/guardian/:token/consent
  POST /applications/guardian/:token/withdrawal
  GET /hours/kiosk/:token
  POST /hours/kiosk/:token
  GET /hours/usual/:token
  POST /hours/usual/:token
  GET /hours/own/:token
  POST /hours/own/:token
  GET /applications/testimonial/:token
  POST /applications/testimonial/:token
  GET /applications/testimonial/:token/removal
  POST /applications/testimonial/:token/removal
  GET /applications/:token
  POST /applications/:token/messages
  POST /applications/:token/confirmation
  POST /applications/:token/attendance
  POST /applications/:token/place
  POST /applications/:token/welcome
  GET /applications/:token/withdrawal
  POST /applications/:token/withdrawal
  GET /renew/done
  GET /renew/:token
  POST /renew/:token
    `,
  ],
  [
    ['volunteer', 'coordinator', 'treasurer', 'moderator', 'administrator'],
    `
  GET /hours/together
  GET /my
  GET /my/notices
  POST /my/notices
  GET /my/profile
  POST /my/profile
  POST /my/profile/email
  GET /my/data
  GET /my/data/erasure
  POST /my/data/erasure
  POST /my/data/consents/:consent/withdrawal
  GET /my/data/request
  POST /my/data/request
  GET /my/data.json
  GET /my/data.csv
  GET /my/openings
  GET /my/openings.csv
  GET /my/security
  POST /my/security/password
  POST /my/security/password-link
  POST /my/security/sessions/ending
  GET /my/security/second-factor
  POST /my/security/second-factor
  POST /my/security/second-factor/confirmation
  POST /my/security/second-factor/removal
  GET /my/security/codes
  POST /my/security/codes
  GET /my/attestations
  GET /my/gathered
  POST /my/gathered
  POST /my/gathered/check
  POST /my/gathered/:gathered/removal
  POST /my/attestations
  GET /my/attestations/:attestation
  GET /my/attestations/:attestation.pdf
  GET /my/attestations/:attestation.jwt
  GET /my/cec
  POST /my/cec/elsewhere
  POST /my/cec/declaration
  GET /my/cec/:paper.pdf
  GET /my/cec/:paper
  GET /my/hours
  POST /my/hours
  GET /my/hours.csv
  GET /my/trips
  POST /my/trips
  GET /my/trips.csv
  POST /my/trips/:trip/confirmation
  POST /my/trips/:trip/withdrawal
  GET /my/hours/last-week
  POST /my/hours/last-week
  POST /my/hours/timer
  POST /my/hours/timer/end
  POST /my/hours/timer/removal
  GET /my/hours/:entry/correction
  POST /my/hours/:entry/confirmation
  POST /my/hours/:entry/withdrawal
    `,
  ],
  [
    ['coordinator', 'administrator'],
    `
  GET /work/offers/templates
  GET /work/offers/templates/:template
  POST /work/offers/templates/:template
  GET /work/offers/templates/:template/removal
  POST /work/offers/templates/:template/removal
  POST /work/offers/:offer/template
  POST /work/offers/new/typed
  POST /work/offers/new/typed/removal
  POST /work/offers/:offer/edit/typed
  POST /work/offers/:offer/edit/typed/removal
  GET /work/offers/:offer/schedule
  POST /work/offers/:offer/schedule
  GET /work/offers/:offer/pictures
  POST /work/offers/:offer/pictures
  POST /work/offers/:offer/pictures/texts
  POST /work/offers/:offer/pictures/first
  POST /work/offers/:offer/pictures/removal
  POST /work/offers/:offer/sheet
  POST /work/offers/:offer/sheet/removal
  GET /work/offers/:offer/invitations
  POST /work/offers/:offer/invitations
  POST /work/offers/:offer/invitations/search
  GET /work/teams
  POST /work/teams
  GET /work/teams/:team
  POST /work/teams/:team
  POST /work/teams/:team/archiving
  POST /work/people/:person/teams
  POST /work/people/:person/teams/removal
  GET /work/enquiries
  GET /work/enquiries.csv
  GET /work/enquiries/:enquiry
  POST /work/enquiries/:enquiry/taking
  POST /work/enquiries/:enquiry/note
  POST /work/enquiries/:enquiry/answer
  POST /work/enquiries/:enquiry/proposal
  POST /work/enquiries/:enquiry/state
  POST /work/enquiries/:enquiry/passing
  POST /work/enquiries/:enquiry/consent
  GET /work/enquiries/:enquiry/removal
  POST /work/enquiries/:enquiry/removal
  GET /work/applications
  GET /work/applications.csv
  GET /work/applications/new
  POST /work/applications/new
  GET /work/applications/:application
  POST /work/applications/:application/messages
  POST /work/applications/:application/messages/reading
  POST /work/applications/:application/consent
  POST /work/applications/:application/welcome
  POST /work/applications/:application/review
  POST /work/applications/:application/waiting-list
  POST /work/applications/:application/first
  POST /work/applications/:application/acceptance
  GET /work/applications/:application/refusal
  POST /work/applications/:application/refusal
  GET /work/testimonials
  POST /work/testimonials/:testimonial/decision
  POST /work/testimonials/:testimonial/undo
  GET /work/offers
  POST /work/offers
  GET /work/offers.csv
  GET /work/offers/new
  GET /work/import
  POST /work/import
  GET /work/import/:file
  POST /work/import/:file/columns
  POST /work/import/:file/choices
  POST /work/import/:file/taking
  GET /work/import/:file/faults.csv
  GET /work/import/:file/undo
  POST /work/import/:file/undo
  GET /work/offers/import
  POST /work/offers/import
  GET /work/offers/import/:import
  POST /work/offers/import/:import/columns
  POST /work/offers/import/:import/drafts
  GET /work/offers/import/:import/faults.csv
  GET /work/offers/import/:import/undo
  POST /work/offers/import/:import/undo
  POST /work/offers/new
  GET /work/offers/:offer
  GET /work/offers/:offer/edit
  POST /work/offers/:offer/edit
  GET /work/offers/:offer/publication
  POST /work/offers/:offer/publication
  GET /work/offers/:offer/renewal
  POST /work/offers/:offer/renewal
  POST /work/offers/:offer/pause
  POST /work/offers/:offer/resumption
  POST /work/offers/:offer/copy
  GET /work/offers/:offer/closing
  POST /work/offers/:offer/closing
  GET /work/offers/:offer/cancellation
  POST /work/offers/:offer/cancellation
  GET /work/offers/:offer/attendance
  POST /work/offers/:offer/attendance
  GET /work/offers/:offer/removal
  POST /work/offers/:offer/removal
  GET /work/offers/:offer/withdrawal
  POST /work/offers/:offer/withdrawal
  POST /work/offers/:offer/proposal
  POST /work/offers/:offer/answer
  GET /work/people
  POST /work/people
  GET /work/people.csv
  GET /work/people/new
  POST /work/people/new
  GET /work/people/:person
  GET /work/people/:person/request
  POST /work/people/:person/request
  POST /work/people/:person/roles
  POST /work/people/:person/contact
  POST /work/people/:person/phone
  POST /work/people/:person/note
  POST /work/people/:person/invitation
  POST /work/people/:person/suspension
  POST /work/people/:person/return
  GET /work/people/:person/attestations
  POST /work/people/:person/attestations
  GET /work/attestations/:attestation
  GET /work/attestations/:attestation.pdf
  GET /work/attestations/:attestation/withdrawal
  POST /work/attestations/:attestation/withdrawal
  POST /work/hours/approval
  POST /work/hours/approval/undo
  GET /work/hours/new
  POST /work/hours/new
  POST /work/hours/new/person
  GET /work/hours/sheet
  POST /work/hours/sheet
  GET /work/hours/rules
  POST /work/hours/rules
  POST /work/hours/rules/:rule/end
  POST /work/hours/:entry/level
  POST /work/hours/:entry/project
  GET /work/hours/launch
  GET /work/hours/kiosk
  POST /work/hours/kiosk/:typed/person
  POST /work/hours/kiosk/:typed/count
  POST /work/hours/kiosk/:typed/removal
  GET /work/hours/links/offers/:offer
  POST /work/hours/links/offers/:offer
  POST /work/hours/links/offers/:offer/project
  POST /work/hours/links/offers/:offer/state
  POST /work/hours/links/offers/:offer/renewal
  GET /work/hours/links/people/:person
  POST /work/hours/links/people/:person
  POST /work/hours/links/people/:person/state
  POST /work/hours/links/people/:person/renewal
  POST /work/hours/links/people/:person/mail
  POST /work/trips/approval
  POST /work/trips/:trip/correction
  POST /work/trips/:trip/return
  POST /work/trips/:trip/reversal
  GET /work/hours/paper
  GET /work/hours/unnamed/:line/reversal
  POST /work/hours/unnamed/:line/reversal
  POST /work/hours/:entry/return
  POST /work/hours/:entry/reversal
  GET /work/statistics
  GET /work/statistics.csv
  GET /work/statistics/year
  GET /work/statistics/year.csv
  GET /work/statistics/year.pdf
    `,
  ],
  [
    ['coordinator', 'moderator', 'administrator'],
    `
  GET /work
  GET /work/embed
  GET /reports
  GET /reports/:report
  POST /reports/:report/decision
    `,
  ],
  [
    ['coordinator', 'treasurer', 'administrator'],
    `
  GET /work/hours
  GET /work/hours.csv
  GET /work/hours/unnamed
  GET /work/hours/unnamed.csv
  GET /work/trips
  GET /work/trips.csv
  GET /work/trips/:trip
  GET /work/hours/figures
  GET /work/hours/figures.csv
  GET /work/hours/review
  GET /work/hours/statement
  GET /work/hours/statement.csv
  GET /work/hours/:entry
  GET /work/hours/years
  GET /work/hours/years/:year
  GET /work/hours/statements/:statement.csv
  GET /work/hours/statements/:statement.ods
  GET /work/hours/statements/:statement.pdf
  GET /work/hours/statements/:statement/projects.csv
  GET /work/hours/statements/:statement/entry.csv
  GET /work/hours/statements/:statement/sheets
  GET /work/hours/statements/:statement
    `,
  ],
  [
    ['treasurer', 'administrator'],
    `
  GET /work/trips/rates
  POST /work/trips/rates
  POST /work/trips/rates/removal
  GET /work/hours/settings
  POST /work/hours/rates
  GET /work/hours/rates/:rate/withdrawal
  POST /work/hours/rates/:rate/withdrawal
  POST /work/hours/categories
  POST /work/hours/categories/:category/archiving
  POST /work/hours/categories/:category/level
  POST /work/hours/categories/:category/cec
  POST /work/hours/levels
  GET /work/hours/projects
  POST /work/hours/projects
  POST /work/hours/projects/:project
  POST /work/hours/projects/:project/archiving
  GET /work/hours/simulation
  POST /work/hours/simulation
  GET /work/hours/simulation/:method
  POST /work/hours/simulation/:method
  POST /work/hours/years/month
  POST /work/hours/years/:year
  GET /work/hours/years/:year/closing
  POST /work/hours/years/:year/closing
  POST /work/hours/statements/:statement/posting
  POST /work/hours/statements/:statement/reopening
  POST /work/hours/levels/:level/archiving
    `,
  ],
  [
    ['moderator', 'administrator'],
    `
  GET /partners
  POST /partners/search
  POST /partners/sources
  GET /partners.csv
  GET /partners/:affiliation
  POST /partners/:affiliation/acceptance
  POST /partners/:affiliation/refusal
  GET /partners/templates
  GET /partners/templates/new
  POST /partners/templates/new
  GET /partners/templates/:model
  POST /partners/templates/:model
  GET /partners/templates/:model/removal
  POST /partners/templates/:model/removal
  POST /partners/:affiliation/pause
  POST /partners/:affiliation/resumption
  POST /partners/:affiliation/trust
  GET /partners/:affiliation/end
  POST /partners/:affiliation/end
  GET /moderation
  POST /moderation
  GET /moderation.csv
  POST /moderation/decisions
  POST /moderation/undo
  GET /moderation/towns
  GET /moderation/towns/:town
  POST /moderation/towns/:town
  POST /moderation/towns/:town/undo
  GET /moderation/:item
  POST /moderation/:item/taking
  POST /moderation/:item/completion
  POST /moderation/:item/acceptance
  POST /moderation/:item/decision
  POST /moderation/:item/notes
  POST /moderation/:item/trust
  GET /moderation/notes/:note/removal
  POST /moderation/notes/:note/removal
  POST /partners/:affiliation/notes
  GET /partners/:affiliation/history
  GET /partners/:affiliation/history.csv
  POST /moderation/:item/same
  POST /moderation/:item/different
  GET /moderation/:item/likewise
  POST /moderation/:item/likewise
  GET /moderation/:item/suspension
  POST /moderation/:item/suspension
  GET /moderation/:item/removal
  POST /moderation/:item/removal
  GET /statistics
  GET /statistics.csv
  GET /statistics/year
  GET /statistics/year.csv
  GET /statistics/year.pdf
    `,
  ],
  [
    ['administrator'],
    `
  GET /settings/roles
  GET /settings/roles/new
  POST /settings/roles/new
  GET /settings/roles/:role
  POST /settings/roles/:role
  GET /settings/roles/:role/removal
  POST /settings/roles/:role/removal
  POST /work/people/:person/own-roles
  POST /work/people/:person/own-roles/removal
  GET /settings
  POST /settings
  POST /settings/logo
  POST /settings/logo/removal
  POST /partners
  POST /partners/:affiliation/exact-sums
  POST /partners/:affiliation/exact-sums/end
  GET /operator
  GET /work/people/:person/erasure
  POST /work/people/:person/erasure
  POST /work/people/:person/help-desk
  POST /work/people/:person/cec-validator
  GET /work/people/:person/data
  GET /work/people/:person/data.json
  GET /work/people/:person/data.csv
  GET /operator/trail
  POST /operator/trail
  GET /operator/trail.csv
  GET /operator/mails
  GET /operator/mails.csv
  POST /operator/mails/retry
  POST /operator/events/retry
  POST /operator/events/:consumer/:event/retry
  GET /operator/events/:consumer/:event/removal
  POST /operator/events/:consumer/:event/removal
  GET /operator/mails/:mail
  POST /operator/mails/:mail/retry
  GET /work/cec
  GET /work/cec.csv
  GET /work/cec/people/:person
  POST /work/cec/people/:person
  GET /work/cec/people/:person/:paper.pdf
  GET /work/cec/people/:person/:paper
  GET /operator/help
  GET /operator/help/:asked
  POST /operator/help/:asked/taking
  POST /operator/help/:asked/answer
  POST /operator/help/:asked/state
  GET /operator/help/:asked/removal
  POST /operator/help/:asked/removal
  GET /operator/privacy
  GET /operator/privacy.csv
  POST /work/people/:person/restriction/end
  GET /operator/privacy/requests
  GET /operator/privacy/requests/:request
  POST /operator/privacy/requests/:request
  GET /operator/privacy/incidents
  GET /operator/privacy/incidents.csv
  GET /operator/privacy/incidents/new
  POST /operator/privacy/incidents/new
  GET /operator/privacy/incidents/:incident
  POST /operator/privacy/incidents/:incident
  GET /operator/federation
  POST /operator/federation
  GET /operator/federation.csv
  GET /operator/federation/blocking
  POST /operator/federation/blocking
  POST /operator/federation/blocking/site
  GET /operator/federation/members-only
  POST /operator/federation/members-only
  POST /operator/federation/members-only/end
  POST /operator/federation/members-only/sites
  GET /operator/federation/hosts/:host
  POST /operator/federation/hosts/:host/retry
  GET /operator/federation/hosts/:host/removal
  POST /operator/federation/hosts/:host/removal
  POST /operator/federation/hosts/:host/pause
  POST /operator/federation/hosts/:host/resumption
  GET /operator/federation/hosts/:host/unblocking
  POST /operator/federation/hosts/:host/unblocking
  POST /operator/federation/hosts/:host/listing
  GET /operator/federation/hosts/:host/leaving-out
  POST /operator/federation/hosts/:host/leaving-out
  POST /operator/federation/activities/:activity/retry
  GET /operator/federation/activities/:activity/removal
  POST /operator/federation/activities/:activity/removal
    `,
  ],
]

/** `GET /path/:name` and who may enter, in the order of the table. */
export const ACCESS: readonly { route: string; who: readonly Who[] }[] = TABLE.flatMap(([who, lines]) =>
  lines
    .trim()
    .split(/\n\s*/)
    .map((route) => ({ route, who })),
)
