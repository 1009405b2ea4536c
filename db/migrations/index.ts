// SPDX-License-Identifier: AGPL-3.0-or-later
// The explicit list, in order. A released migration is never changed and never removed.
import type { Migration } from '../migrate.ts'
import { createCore } from './202611220900-create-core.ts'
import { createOffers } from './202611220910-create-offers.ts'
import { createHours } from './202611220920-create-hours.ts'
import { createPartners } from './202611220930-create-partners.ts'
import { createFederation } from './202611220940-create-federation.ts'
import { lightenInbox } from './202611251000-lighten-inbox.ts'
import { endDeliveries } from './202611251010-end-deliveries.ts'
import { createPeerPolicy } from './202611251020-create-peer-policy.ts'
import { createSources } from './202611251030-create-sources.ts'
import { createSharedCounts } from './202611251040-create-shared-counts.ts'
import { indexEventsActor } from './202611251050-index-events-actor.ts'
import { forgetOldLetters } from './202611251070-forget-old-letters.ts'
import { forgetPassersBy } from './202611251080-forget-passers-by.ts'
import { keepFurtherKeys } from './202611251081-keep-further-keys.ts'
import { sumMonths } from './202611251100-sum-months.ts'
import { findSites } from './202611251110-find-sites.ts'
import { forgetIgnoredLetters } from './202611251120-forget-ignored-letters.ts'
import { listHostsInCode } from './202611281800-list-hosts-in-code.ts'
import { parkEvents } from './202611281800-park-events.ts'
import { rememberDueJobs } from './202611281800-remember-due-jobs.ts'
import { countMonthsInCode } from './202611281810-count-months-in-code.ts'
import { nameColourTheme } from './202611281922-name-colour-theme.ts'
import { indexMembers } from './202611282123-index-members.ts'
import { fanOutInBatches } from './202611282130-fan-out-in-batches.ts'
import { keepListingState } from './202611282134-keep-listing-state.ts'
import { indexLists } from './202611282144-index-lists.ts'
import { indexModeration } from './202611290138-index-moderation.ts'
import { setFanOutsAside } from './202611290418-set-fan-outs-aside.ts'
import { rememberRefusals } from './202611290545-remember-refusals.ts'
import { endAccess } from './202611290553-end-access.ts'
import { allowHouseholdApplications } from './202611290607-allow-household-applications.ts'
import { dateSecondFactor } from './202611290613-date-second-factor.ts'
import { dateListingChanges } from './202611290626-date-listing-changes.ts'
import { listErased } from './202611290634-list-erased.ts'
import { keepSignsOfLife } from './202611290641-keep-signs-of-life.ts'
import { nameWhoAnswers } from './202611290707-name-who-answers.ts'
import { gatherMails } from './202611290923-gather-mails.ts'
import { keepEventStarts } from './202611290924-keep-event-starts.ts'
import { holdAnswers } from './202611290931-hold-answers.ts'
import { goByBatches } from './202611290934-go-by-batches.ts'
import { noteIncidents } from './202611290934-note-incidents.ts'
import { notePeople } from './202611290939-note-people.ts'
import { findOwnOffers } from './202611290946-find-own-offers.ts'
import { takeDataRequests } from './202611290946-take-data-requests.ts'
import { flagReturnedHours } from './202611290952-flag-returned-hours.ts'
import { keepConsents } from './202611291009-keep-consents.ts'
import { orderNames } from './202611291039-order-names.ts'
import { keepWaitingList } from './202611291233-keep-waiting-list.ts'
import { sendAlerts } from './202611291234-send-alerts.ts'
import { settleTypedTowns } from './202611291235-settle-typed-towns.ts'
import { takeEnquiries } from './202611291243-take-enquiries.ts'
import { agreeExactSums } from './202611291254-agree-exact-sums.ts'
import { countFurtherFacets } from './202611291259-count-further-facets.ts'
import { listOffersOfContact } from './202611291302-list-offers-of-contact.ts'
import { findWaitingHours } from './202611291306-find-waiting-hours.ts'
import { keepPartnerLogos } from './202611291306-keep-partner-logos.ts'
import { followUpDays } from './202611291313-follow-up-days.ts'
import { holdOfferChanges } from './202611291313-hold-offer-changes.ts'
import { inviteVolunteers } from './202611291320-invite-volunteers.ts'
import { namePassedTo } from './202611291545-name-passed-to.ts'
import { dateFirstListing } from './202611291730-date-first-listing.ts'
import { findMailsByMailbox } from './202611291735-find-mails-by-mailbox.ts'
import { keepTypedOffers } from './202611291750-keep-typed-offers.ts'
import { keepConversations } from './202611291813-keep-conversations.ts'
import { takeHelpRequests } from './202611291753-take-help-requests.ts'
import { findModerationItems } from './202611291751-find-moderation-items.ts'
import { keepOfferTemplates } from './202611291815-keep-offer-templates.ts'
import { askGuardians } from './202611291834-ask-guardians.ts'
import { importOffers } from './202611291753-import-offers.ts'
import { keepOfferMessages } from './202611291809-keep-offer-messages.ts'
import { keepOfferContacts } from './202611292115-keep-offer-contacts.ts'
import { setLevels } from './202611292125-set-levels.ts'
import { keepOfferFiles } from './202611292135-keep-offer-files.ts'
import { countAnswers } from './202611292130-count-answers.ts'
import { runTimers } from './202611292115-run-timers.ts'
import { takeReports } from './202611292112-take-reports.ts'
import { compareOffers } from './202611292135-compare-offers.ts'
import { keepTeamNotes } from './202611292145-keep-team-notes.ts'
import { knowCentres } from './202611292200-know-centres.ts'
import { closeYears } from './202611292145-close-years.ts'
import { attestHours } from './202611292205-attest-hours.ts'
import { knowTowns } from './202611292225-know-towns.ts'
import { linkListings } from './202611292205-link-listings.ts'
import { saySectors } from './202611292227-say-sectors.ts'
import { countUnnamedHelpers } from './202611292128-count-unnamed-helpers.ts'
import { keepTrips } from './202611292132-keep-trips.ts'
import { openHoursLinks } from './202611292140-open-hours-links.ts'
import { approveByRules } from './202611292204-approve-by-rules.ts'
import { welcomePeople } from './202611292210-welcome-people.ts'
import { giveHelpDesk } from './202611292228-give-help-desk.ts'
import { welcomeSides } from './202611300000-welcome-sides.ts'
import { keepWithdrawnNumbers } from './202611300001-keep-withdrawn-numbers.ts'
import { keyPictureCopiesByOffer } from './202611300005-key-picture-copies-by-offer.ts'
import { findKioskDays } from './202611300008-find-kiosk-days.ts'
import { endSleepingHelp } from './202611300012-end-sleeping-help.ts'
import { nameProjects } from './202611300036-name-projects.ts'
import { keepTestimonials } from './202611300037-keep-testimonials.ts'
import { takeInFiles } from './202611300040-take-in-files.ts'
import { askCec } from './202611300058-ask-cec.ts'
import { askUsualHours } from './202611300130-ask-usual-hours.ts'
import { gatherAttestations } from './202611300131-gather-attestations.ts'
import { pauseMembers } from './202611300215-pause-members.ts'
import { shareModels } from './202611300216-share-models.ts'
import { dateMemberListings } from './202611300331-date-member-listings.ts'
import { findSenders } from './202611300341-find-senders.ts'
import { limitMemberOffers } from './202611300455-limit-member-offers.ts'
import { askApplicants } from './202611300420-ask-applicants.ts'
import { nameReadSheet } from './202611300421-name-read-sheet.ts'
import { nameTripProject } from './202611300436-name-trip-project.ts'
import { dropStatementEntries } from './202611300450-drop-statement-entries.ts'
import { keepRoles } from './202611300510-keep-roles.ts'
import { limitRoles } from './202611300515-limit-roles.ts'
import { findToldMails } from './202611300525-find-told-mails.ts'
import { orderTwinsByDay } from './202611300531-order-twins-by-day.ts'
import { gatherTeams } from './202611300540-gather-teams.ts'
import { orderProjectHours } from './202611300547-order-project-hours.ts'
import { keepTripCorrections } from './202611300758-keep-trip-corrections.ts'
import { keepPlacesOfHours } from './202611301229-keep-places-of-hours.ts'
import { countWhoCame } from './202611301411-count-who-came.ts'
import { keepNotesForAccepted } from './202611301414-keep-notes-for-accepted.ts'
import { countHoursOfOffers } from './202611301430-count-hours-of-offers.ts'
import { takeAnswers } from './202611301515-take-answers.ts'
import { keepFirstAnswers } from './202611301549-keep-first-answers.ts'

export const migrations: readonly Migration[] = [
  createCore,
  createOffers,
  createHours,
  createPartners,
  createFederation,
  lightenInbox,
  endDeliveries,
  createPeerPolicy,
  createSources,
  createSharedCounts,
  indexEventsActor,
  forgetOldLetters,
  forgetPassersBy,
  keepFurtherKeys,
  sumMonths,
  findSites,
  forgetIgnoredLetters,
  listHostsInCode,
  parkEvents,
  rememberDueJobs,
  countMonthsInCode,
  nameColourTheme,
  indexMembers,
  fanOutInBatches,
  keepListingState,
  indexLists,
  indexModeration,
  setFanOutsAside,
  rememberRefusals,
  endAccess,
  allowHouseholdApplications,
  dateSecondFactor,
  dateListingChanges,
  listErased,
  keepSignsOfLife,
  nameWhoAnswers,
  gatherMails,
  keepEventStarts,
  holdAnswers,
  goByBatches,
  noteIncidents,
  notePeople,
  findOwnOffers,
  takeDataRequests,
  flagReturnedHours,
  keepConsents,
  orderNames,
  keepWaitingList,
  sendAlerts,
  settleTypedTowns,
  takeEnquiries,
  agreeExactSums,
  countFurtherFacets,
  listOffersOfContact,
  findWaitingHours,
  keepPartnerLogos,
  followUpDays,
  holdOfferChanges,
  inviteVolunteers,
  namePassedTo,
  dateFirstListing,
  findMailsByMailbox,
  keepTypedOffers,
  keepConversations,
  takeHelpRequests,
  findModerationItems,
  keepOfferTemplates,
  askGuardians,
  importOffers,
  keepOfferMessages,
  keepOfferContacts,
  setLevels,
  keepOfferFiles,
  countAnswers,
  runTimers,
  takeReports,
  compareOffers,
  keepTeamNotes,
  knowCentres,
  closeYears,
  attestHours,
  knowTowns,
  linkListings,
  saySectors,
  countUnnamedHelpers,
  keepTrips,
  openHoursLinks,
  approveByRules,
  welcomePeople,
  giveHelpDesk,
  welcomeSides,
  keepWithdrawnNumbers,
  keyPictureCopiesByOffer,
  findKioskDays,
  endSleepingHelp,
  nameProjects,
  keepTestimonials,
  takeInFiles,
  askCec,
  askUsualHours,
  gatherAttestations,
  pauseMembers,
  shareModels,
  dateMemberListings,
  findSenders,
  askApplicants,
  nameReadSheet,
  nameTripProject,
  dropStatementEntries,
  limitMemberOffers,
  keepRoles,
  limitRoles,
  findToldMails,
  orderTwinsByDay,
  gatherTeams,
  orderProjectHours,
  keepTripCorrections,
  keepPlacesOfHours,
  countWhoCame,
  keepNotesForAccepted,
  countHoursOfOffers,
  takeAnswers,
  keepFirstAnswers,
]
