// SPDX-License-Identifier: AGPL-3.0-or-later
// The site map: method, path, who may enter, handler. Start reading here.
import type { RequestHandler } from 'express'
import type { Deps } from './deps.ts'
import * as audit from './audit/handlers.ts'
import * as association from './association/handlers/settings.ts'
import * as operator from './operator/handlers.ts'
import * as alerts from './alerts/handlers.ts'
import * as pendingSignIn from './accounts/handlers/pending-sign-in.ts'
import * as link from './accounts/handlers/link.ts'
import * as notices from './accounts/handlers/notices.ts'
import * as passwords from './accounts/handlers/passwords.ts'
import * as address from './accounts/handlers/address.ts'
import * as profile from './accounts/handlers/profile.ts'
import * as secondFactor from './accounts/handlers/second-factor.ts'
import * as security from './accounts/handlers/security.ts'
import * as setUp from './accounts/handlers/set-up.ts'
import * as signIn from './accounts/handlers/sign-in.ts'
import * as applying from './applications/handlers/apply.ts'
import * as following from './applications/handlers/status.ts'
import * as ownPlaces from './applications/handlers/mine.ts'
import * as answeringByMail from './applications/handlers/answering.ts'
import * as attendance from './applications/handlers/attendance.ts'
import * as lining from './applications/handlers/line.ts'
import * as guarding from './applications/handlers/guardian.ts'
import * as testifying from './applications/handlers/testimonial.ts'
import * as testimonials from './applications/handlers/testimonials.ts'
import * as conversing from './applications/handlers/messages.ts'
import * as welcoming from './applications/handlers/welcome.ts'
import * as answering from './applications/handlers/work.ts'
import * as home from './association/handlers/home.ts'
import * as askingForHelp from './help/handlers/ask.ts'
import * as helpDesk from './help/handlers/desk.ts'
import * as guides from './help/handlers/guides.ts'
import * as enquiring from './enquiries/handlers/new.ts'
import * as ownEnquiry from './enquiries/handlers/own.ts'
import * as passing from './enquiries/handlers/passing.ts'
import * as enquiries from './enquiries/handlers/work.ts'
import * as statics from './association/handlers/static.ts'
import * as forwarding from './search/forward.ts'
import * as kept from './search/kept.ts'
import { near } from './search/near.ts'
import * as embedding from './search/embed.ts'
import * as searching from './search/handlers.ts'
import * as sitemap from './search/sitemap.ts'
import * as feeds from './search/feeds/handlers.ts'
import * as openData from './search/api/handlers.ts'
import { missions } from './search/api/missions.ts'
import type { Access } from './web/access.ts'
import type { Handler } from './web/handler.ts'
import { publicAnswer, type MakeAnswer, type Variant } from './web/public-answer.ts'
import { source } from './web/source.ts'
import * as hours from './hours/handlers/entries.ts'
import * as hoursForOthers from './hours/handlers/for-others.ts'
import * as hoursSheet from './hours/handlers/sheet.ts'
import * as hoursExports from './hours/handlers/exports.ts'
import * as ownHours from './hours/handlers/mine.ts'
import * as quickHours from './hours/handlers/quick.ts'
import * as kiosk from './hours/handlers/kiosk.ts'
import * as hoursLinks from './hours/handlers/links.ts'
import * as approvalRules from './hours/handlers/approval-rules.ts'
import * as headcounts from './hours/handlers/headcounts.ts'
import * as ownCec from './cec/handlers/mine.ts'
import * as cec from './cec/handlers/work.ts'
import * as hoursProjects from './hours/handlers/projects.ts'
import * as usualHours from './hours/handlers/usual.ts'
import * as hoursLaunch from './hours/handlers/launch.ts'
import * as hoursPaper from './hours/handlers/paper.ts'
import * as trips from './hours/handlers/trips.ts'
import * as hoursRates from './hours/handlers/rates.ts'
import * as hoursSettings from './hours/handlers/settings.ts'
import * as hoursStatement from './hours/handlers/statement.ts'
import * as language from './web/language.ts'
import * as ownCentres from './offers/handlers/centres.ts'
import * as importing from './offers/handlers/import.ts'
import * as takingOver from './imports/handlers.ts'
import * as ends from './offers/handlers/ends.ts'
import * as ownOffers from './offers/handlers/list.ts'
import * as inviting from './offers/handlers/invitations.ts'
import * as scheduling from './offers/handlers/schedule.ts'
import * as pictures from './offers/handlers/pictures.ts'
import * as renewal from './offers/handlers/renewal.ts'
import * as ownOffer from './offers/handlers/show.ts'
import * as templates from './offers/handlers/templates.ts'
import * as typed from './offers/handlers/typed.ts'
import * as writing from './offers/handlers/write.ts'
import { complete } from './moderation/handlers/completion.ts'
import * as moderation from './moderation/handlers/item.ts'
import * as teamNotes from './moderation/handlers/notes.ts'
import * as likeness from './moderation/handlers/likeness.ts'
import { undo } from './moderation/handlers/undo.ts'
import * as several from './moderation/handlers/several.ts'
import * as partners from './partners/handlers/relations.ts'
import * as centreTemplates from './partners/handlers/templates.ts'
import * as memberHistory from './partners/history.ts'
import * as peers from './peers/handlers.ts'
import * as people from './people/handlers.ts'
import * as reportDesk from './reports/handlers/desk.ts'
import * as reporting from './reports/handlers/report.ts'
import * as consents from './privacy/consents.ts'
import * as privacyDesk from './privacy/desk.ts'
import * as erasure from './privacy/erasure.ts'
import * as privacy from './privacy/handlers.ts'
import * as incidents from './privacy/incidents/handlers.ts'
import * as dataRequests from './privacy/requests/handlers.ts'
import * as statistics from './statistics/handlers/figures.ts'
import * as yearOf from './statistics/handlers/year.ts'
import * as attesting from './attestations/handlers/work.ts'
import * as gatheredAttestations from './attestations/handlers/gathered.ts'
import * as ownAttestations from './attestations/handlers/mine.ts'
import * as attestations from './attestations/handlers/public.ts'
import * as towns from './towns/handlers.ts'
import * as simulation from './years/handlers/simulation.ts'
import * as statements from './years/handlers/statement.ts'
import * as hoursFigures from './years/handlers/figures.ts'
import * as years from './years/handlers/year.ts'

type Make = (deps: Deps) => Handler
export type Route = {
  method: 'get' | 'post'
  path: string
  who: Access
  handler: Make
  /** Before the forgery check, for forms that carry a file. */
  before?: () => RequestHandler[]
  /** Of a POST: the page where its form stands, when it is not the nearest page above, and the action of that form. */
  page?: string
  form?: string
  /** Sent by mail programs, which have no form of ours (RFC 8058): the secret in its address is the proof. */
  isOneClick?: true
  /** Kept, and answered by other processes too (WEB_PROCESSES) for whoever has no session. */
  isPublic?: true
}

const get = (path: string, who: Access, handler: Make): Route => ({ method: 'get', path, who, handler })
const publicGet = (path: string, make: (deps: Deps) => MakeAnswer, variant?: Variant): Route => ({
  ...get(path, 'anyone', publicAnswer(make, variant)),
  isPublic: true,
})
type FormPlace = Pick<Route, 'page' | 'form' | 'before' | 'isOneClick'>
const post = (path: string, who: Access, handler: Make, place: FormPlace = {}): Route => ({
  method: 'post',
  path,
  who,
  handler,
  ...place,
})

export const routes: readonly Route[] = [
  // Every page
  get('/language', 'anyone', language.leave),
  post('/language', 'anyone', language.choose),

  // Guides, and what does not work on the site (help)
  get('/help', 'anyone', guides.index),
  get('/help/ask', 'anyone', askingForHelp.show),
  post('/help/ask', 'anyone', askingForHelp.send),
  get('/help/pictures/:picture', 'anyone', guides.picture),
  get('/help/:guide', 'anyone', guides.show),
  get('/operator/help', 'helper', helpDesk.index),
  get('/operator/help/:asked', 'helper', helpDesk.show),
  post('/operator/help/:asked/taking', 'helper', helpDesk.take),
  post('/operator/help/:asked/answer', 'helper', helpDesk.answer),
  post('/operator/help/:asked/state', 'helper', helpDesk.move),
  get('/operator/help/:asked/removal', 'helper', helpDesk.askRemoval),
  post('/operator/help/:asked/removal', 'helper', helpDesk.remove),

  // First start, sign-in, own account (accounts)
  get('/setup/:token', 'anyone', setUp.show),
  post('/setup/:token', 'anyone', setUp.save),
  get('/sign-in', 'anyone', signIn.show),
  post('/sign-in', 'anyone', signIn.signIn),
  post('/sign-in/association', 'anyone', signIn.findAssociation),
  post('/sign-in/link', 'anyone', link.ask, { form: '/sign-in' }),
  get('/sign-in/sent', 'anyone', link.sent),
  get('/sign-in/link/:token', 'anyone', link.confirm),
  post('/sign-in/link/:token', 'anyone', link.open),
  get('/sign-in/who', 'anyone', pendingSignIn.who),
  post('/sign-in/who', 'anyone', pendingSignIn.choose),
  get('/sign-in/code', 'anyone', pendingSignIn.code),
  post('/sign-in/code', 'anyone', pendingSignIn.check),
  get('/sign-out', 'anyone', signIn.confirmSignOut),
  post('/sign-out', 'anyone', signIn.signOut),
  get('/password/forgot', 'anyone', passwords.forgot),
  post('/password/forgot', 'anyone', passwords.askForLink),
  get('/password/:token', 'anyone', passwords.show),
  post('/password/:token', 'anyone', passwords.choose),
  get('/welcome/:token', 'anyone', passwords.welcome),
  post('/welcome/:token', 'anyone', passwords.joinByInvitation),
  get('/email/:token', 'anyone', address.confirmPage),
  post('/email/:token', 'anyone', address.confirm),
  get('/email/leaving/:token', 'anyone', address.leavingPage),
  post('/email/leaving/:token', 'anyone', address.leave),
  get('/email/undo/:token', 'anyone', address.undoPage),
  post('/email/undo/:token', 'anyone', address.undo),
  get('/erasure/:token', 'anyone', erasure.confirmPage),
  post('/erasure/:token', 'anyone', erasure.confirm),
  get('/my', 'signedIn', ownPlaces.hub),
  get('/my/profile', 'signedIn', profile.show),
  post('/my/profile', 'signedIn', profile.save),
  post('/my/profile/email', 'signedIn', profile.changeEmail),
  get('/my/notices', 'signedIn', notices.show),
  post('/my/notices', 'signedIn', notices.save),
  get('/notices/:token/stop', 'anyone', notices.askStop),
  post('/notices/:token/stop', 'anyone', notices.stop, { isOneClick: true }),
  get('/my/openings', 'signedIn', audit.openings),
  get('/my/openings.csv', 'signedIn', audit.exportOpenings),
  get('/my/data', 'signedIn', privacy.myPage),
  get('/my/data/erasure', 'signedIn', erasure.ask),
  post('/my/data/erasure', 'signedIn', erasure.erase),
  post('/my/data/consents/:consent/withdrawal', 'signedIn', consents.withdraw),
  get('/my/data/request', 'signedIn', dataRequests.askOwn),
  post('/my/data/request', 'signedIn', dataRequests.sendOwn),
  get('/my/data.json', 'signedIn', privacy.myJson),
  get('/my/data.csv', 'signedIn', privacy.myCsv),
  get('/my/security', 'signedIn', security.show),
  post('/my/security/password', 'signedIn', security.savePassword),
  post('/my/security/password-link', 'signedIn', security.mailPasswordLink),
  post('/my/security/sessions/ending', 'signedIn', security.endSession),
  get('/my/security/second-factor', 'signedIn', secondFactor.show),
  post('/my/security/second-factor', 'signedIn', secondFactor.begin),
  post('/my/security/second-factor/confirmation', 'signedIn', secondFactor.confirm),
  post('/my/security/second-factor/removal', 'signedIn', secondFactor.stop),
  get('/my/security/codes', 'signedIn', secondFactor.codes),
  post('/my/security/codes', 'signedIn', secondFactor.renewCodes),

  // Front page, settings, logo, static pages (association)
  publicGet('/', home.front),
  get('/about', 'anyone', statics.about),
  get('/testimonials', 'anyone', statics.testimonials),
  get('/accessibility', 'anyone', statics.accessibility),
  get('/privacy', 'anyone', statics.privacy),
  get('/legal', 'anyone', statics.legal),
  get('/source.tar.gz', 'anyone', source),
  get('/settings', 'administrator', association.settings),
  post('/settings', 'administrator', association.save),
  post('/settings/logo', 'administrator', association.changeLogo, { before: association.logoSteps }),
  post('/settings/logo/removal', 'administrator', association.takeLogoAway),
  get('/media/:upload', 'anyone', association.media),

  // Searching, one offer, feeds, open data (search)
  publicGet('/offers', searching.index),
  get('/offres', 'anyone', searching.redirect),
  publicGet('/offers.atom', feeds.atom),
  publicGet('/offers.json', feeds.json),
  publicGet('/offers.ics', feeds.calendar),
  get('/offers/follow', 'anyone', alerts.follow),
  post('/offers/follow', 'anyone', alerts.ask),
  get('/offers/follow/sent', 'anyone', alerts.sent),
  post('/offers/near', 'anyone', near),
  get('/offers/kept', 'anyone', kept.index),
  publicGet('/offers/:offer', searching.show, searching.searchBefore),
  post('/offers/:offer/keeping', 'anyone', kept.keep),
  post('/offers/:offer/letting-go', 'anyone', kept.letGo, { page: '/offers/kept' }),
  get('/offers/:offer/forward', 'anyone', forwarding.show),
  post('/offers/:offer/forward', 'anyone', forwarding.send),
  get('/offers/:offer/report', 'anyone', reporting.show),
  post('/offers/:offer/report', 'anyone', reporting.send),
  publicGet('/associations', searching.associations),
  publicGet('/embed/offers', embedding.frame),
  get('/work/embed', 'desk', embedding.settings),
  get('/robots.txt', 'anyone', sitemap.robots),
  get('/sitemap.xml', 'anyone', sitemap.index),
  get('/sitemap/pages.xml', 'anyone', sitemap.pages),
  get('/sitemap/offers.xml', 'anyone', sitemap.offers),
  publicGet('/api/v1/openapi.json', openData.description),
  publicGet('/api/v1/offers', openData.offers),
  publicGet('/api/v1/offers/:offer', openData.offer),
  publicGet('/api/v1/associations', openData.associations),
  get('/api/v1/missions', 'anyone', missions),

  // New offers by mail (alerts)
  get('/alerts/new/:token', 'anyone', alerts.confirmPage),
  post('/alerts/new/:token', 'anyone', alerts.confirm),
  get('/alerts/:token', 'anyone', alerts.show),
  post('/alerts/:token', 'anyone', alerts.save),
  get('/alerts/:token/data.json', 'anyone', alerts.data),
  post('/alerts/:token/renewal', 'anyone', alerts.renew),
  post('/alerts/:token/removal', 'anyone', alerts.remove),
  get('/alerts/:token/stop', 'anyone', alerts.askStop),
  post('/alerts/:token/stop', 'anyone', alerts.stop, { isOneClick: true }),

  // Applying and answering (applications)
  get('/offers/:offer/apply', 'anyone', applying.show),
  post('/offers/:offer/apply', 'anyone', applying.submit),
  get('/applications/answering/:token', 'anyone', answeringByMail.show),
  get('/applications/answering/:token/acceptance', 'anyone', answeringByMail.askAcceptance),
  post('/applications/answering/:token/acceptance', 'anyone', answeringByMail.accept),
  get('/applications/answering/:token/waiting-list', 'anyone', answeringByMail.askWaiting),
  post('/applications/answering/:token/waiting-list', 'anyone', answeringByMail.wait),
  get('/applications/answering/:token/refusal', 'anyone', answeringByMail.askRefusal),
  post('/applications/answering/:token/refusal', 'anyone', answeringByMail.decline),
  get('/applications/answering/:token/messages', 'anyone', answeringByMail.talk),
  post('/applications/answering/:token/messages', 'anyone', answeringByMail.write),
  post('/applications/answering/:token/messages/reading', 'anyone', answeringByMail.markRead),
  get('/applications/guardian/:token', 'anyone', guarding.show),
  post('/applications/guardian/:token/consent', 'anyone', guarding.consent),
  post('/applications/guardian/:token/withdrawal', 'anyone', guarding.withdraw),
  get('/applications/testimonial/:token', 'anyone', testifying.show),
  post('/applications/testimonial/:token', 'anyone', testifying.save),
  get('/applications/testimonial/:token/removal', 'anyone', testifying.askRemoval),
  post('/applications/testimonial/:token/removal', 'anyone', testifying.remove),
  get('/applications/:token', 'anyone', following.show),
  post('/applications/:token/messages', 'anyone', following.writeMessage),
  post('/applications/:token/confirmation', 'anyone', following.confirm),
  post('/applications/:token/attendance', 'anyone', following.attendance),
  post('/applications/:token/place', 'anyone', following.takeHeldPlace),
  post('/applications/:token/welcome', 'anyone', welcoming.byLink),
  get('/applications/:token/withdrawal', 'anyone', following.askWithdrawal),
  post('/applications/:token/withdrawal', 'anyone', following.withdraw),
  get('/work/applications', 'coordinator', answering.index),
  get('/work/applications.csv', 'coordinator', answering.exportCsv),
  get('/work/applications/new', 'coordinator', answering.askNote),
  post('/work/applications/new', 'coordinator', answering.note),
  get('/work/applications/:application', 'coordinator', answering.show),
  post('/work/applications/:application/messages', 'coordinator', conversing.write),
  post('/work/applications/:application/messages/reading', 'coordinator', conversing.markRead),
  post('/work/applications/:application/consent', 'coordinator', guarding.note),
  post('/work/applications/:application/welcome', 'coordinator', welcoming.byTeam),
  post('/work/applications/:application/review', 'coordinator', answering.take),
  post('/work/applications/:application/waiting-list', 'coordinator', lining.wait),
  post('/work/applications/:application/first', 'coordinator', lining.first),
  post('/work/applications/:application/acceptance', 'coordinator', answering.accept),
  get('/work/applications/:application/refusal', 'coordinator', answering.askRefusal),
  post('/work/applications/:application/refusal', 'coordinator', answering.decline),
  get('/work/testimonials', 'coordinator', testimonials.index),
  post('/work/testimonials/:testimonial/decision', 'coordinator', testimonials.decide, { page: '/work/testimonials' }),
  post('/work/testimonials/:testimonial/undo', 'coordinator', testimonials.undo, { page: '/work/testimonials' }),

  // Offering help with no offer in mind (enquiries)
  get('/enquiries/new', 'anyone', enquiring.show),
  post('/enquiries/new', 'anyone', enquiring.send),
  get('/enquiries/passing/:token', 'anyone', passing.show),
  post('/enquiries/passing/:token', 'anyone', passing.accept),
  get('/enquiries/:token', 'anyone', ownEnquiry.show),
  post('/enquiries/:token', 'anyone', ownEnquiry.save),
  post('/enquiries/:token/confirmation', 'anyone', ownEnquiry.confirm),
  get('/enquiries/:token/withdrawal', 'anyone', ownEnquiry.askWithdrawal),
  post('/enquiries/:token/withdrawal', 'anyone', ownEnquiry.withdraw),
  get('/work/enquiries', 'coordinator', enquiries.index),
  get('/work/enquiries/:enquiry', 'coordinator', enquiries.show),
  post('/work/enquiries/:enquiry/taking', 'coordinator', enquiries.take),
  post('/work/enquiries/:enquiry/note', 'coordinator', enquiries.note),
  post('/work/enquiries/:enquiry/answer', 'coordinator', enquiries.answer),
  post('/work/enquiries/:enquiry/proposal', 'coordinator', enquiries.propose),
  post('/work/enquiries/:enquiry/state', 'coordinator', enquiries.move),
  post('/work/enquiries/:enquiry/passing', 'coordinator', enquiries.pass),
  post('/work/enquiries/:enquiry/consent', 'coordinator', enquiries.endConsent),
  get('/work/enquiries/:enquiry/removal', 'coordinator', enquiries.askRemoval),
  post('/work/enquiries/:enquiry/removal', 'coordinator', enquiries.remove),

  // Writing offers (offers)
  get('/work', 'desk', ownOffers.dashboard),
  get('/work/offers', 'coordinator', ownOffers.index),
  post('/work/offers', 'coordinator', ownOffers.search),
  get('/work/offers.csv', 'coordinator', ownOffers.exportCsv),
  get('/work/offers/new', 'coordinator', writing.fresh),
  post('/work/offers/new', 'coordinator', writing.create),
  post('/work/offers/new/typed', 'coordinator', typed.keep),
  post('/work/offers/new/typed/removal', 'coordinator', typed.drop),
  get('/work/offers/templates', 'coordinator', templates.index),
  get('/work/offers/templates/:template', 'coordinator', templates.edit),
  post('/work/offers/templates/:template', 'coordinator', templates.rename),
  get('/work/offers/templates/:template/removal', 'coordinator', templates.askRemoval),
  post('/work/offers/templates/:template/removal', 'coordinator', templates.remove),
  get('/work/import', 'coordinator', takingOver.fresh),
  post('/work/import', 'coordinator', takingOver.send, { before: takingOver.fileSteps }),
  get('/work/import/:file', 'coordinator', takingOver.show),
  post('/work/import/:file/columns', 'coordinator', takingOver.chooseColumns),
  post('/work/import/:file/choices', 'coordinator', takingOver.choose),
  post('/work/import/:file/taking', 'coordinator', takingOver.take),
  get('/work/import/:file/faults.csv', 'coordinator', takingOver.faultsCsv),
  get('/work/import/:file/undo', 'coordinator', takingOver.askUndo),
  post('/work/import/:file/undo', 'coordinator', takingOver.undo),
  get('/work/offers/import', 'coordinator', importing.fresh),
  post('/work/offers/import', 'coordinator', importing.send, { before: importing.fileSteps }),
  get('/work/offers/import/:import', 'coordinator', importing.show),
  post('/work/offers/import/:import/columns', 'coordinator', importing.chooseColumns),
  post('/work/offers/import/:import/drafts', 'coordinator', importing.makeDrafts),
  get('/work/offers/import/:import/faults.csv', 'coordinator', importing.faultsCsv),
  get('/work/offers/import/:import/undo', 'coordinator', importing.askUndo),
  post('/work/offers/import/:import/undo', 'coordinator', importing.undo),
  get('/work/offers/:offer', 'coordinator', ownOffer.show),
  get('/work/offers/:offer/edit', 'coordinator', writing.edit),
  post('/work/offers/:offer/edit', 'coordinator', writing.save),
  post('/work/offers/:offer/edit/typed', 'coordinator', typed.keep),
  post('/work/offers/:offer/edit/typed/removal', 'coordinator', typed.drop),
  get('/work/offers/:offer/publication', 'coordinator', ownOffer.show),
  post('/work/offers/:offer/publication', 'coordinator', ownOffer.publish),
  get('/work/offers/:offer/schedule', 'coordinator', scheduling.ask),
  post('/work/offers/:offer/schedule', 'coordinator', scheduling.schedule),
  get('/work/offers/:offer/renewal', 'coordinator', renewal.askRenewal),
  post('/work/offers/:offer/renewal', 'coordinator', renewal.renew),
  post('/work/offers/:offer/pause', 'coordinator', ownOffer.pause),
  post('/work/offers/:offer/resumption', 'coordinator', ownOffer.resume),
  post('/work/offers/:offer/copy', 'coordinator', ownOffer.copy),
  post('/work/offers/:offer/template', 'coordinator', templates.keep),
  get('/work/offers/:offer/pictures', 'coordinator', pictures.show),
  post('/work/offers/:offer/pictures', 'coordinator', pictures.add, { before: pictures.fileSteps }),
  post('/work/offers/:offer/pictures/texts', 'coordinator', pictures.describe),
  post('/work/offers/:offer/pictures/first', 'coordinator', pictures.first),
  post('/work/offers/:offer/pictures/removal', 'coordinator', pictures.remove),
  post('/work/offers/:offer/sheet', 'coordinator', pictures.attach, {
    before: pictures.sheetSteps,
    page: '/work/offers/:offer/pictures',
  }),
  post('/work/offers/:offer/sheet/removal', 'coordinator', pictures.detach, { page: '/work/offers/:offer/pictures' }),
  get('/work/offers/:offer/invitations', 'coordinator', inviting.show),
  post('/work/offers/:offer/invitations', 'coordinator', inviting.invite),
  post('/work/offers/:offer/invitations/search', 'coordinator', inviting.search),
  get('/work/offers/:offer/closing', 'coordinator', ends.askClosing),
  post('/work/offers/:offer/closing', 'coordinator', ends.close),
  get('/work/offers/:offer/cancellation', 'coordinator', ends.askCancellation),
  post('/work/offers/:offer/cancellation', 'coordinator', ends.cancel),
  get('/work/offers/:offer/attendance', 'coordinator', attendance.show),
  post('/work/offers/:offer/attendance', 'coordinator', attendance.save),
  get('/work/offers/:offer/removal', 'coordinator', ends.askRemoval),
  post('/work/offers/:offer/removal', 'coordinator', ends.remove),
  get('/work/offers/:offer/withdrawal', 'coordinator', ownCentres.askWithdrawal),
  post('/work/offers/:offer/withdrawal', 'coordinator', ownCentres.withdraw),
  post('/work/offers/:offer/proposal', 'coordinator', ownCentres.propose),
  post('/work/offers/:offer/answer', 'coordinator', ownOffer.answer),
  get('/renew/done', 'anyone', renewal.doneByLink),
  get('/renew/:token', 'anyone', renewal.askByLink),
  post('/renew/:token', 'anyone', renewal.byLink),

  // Volunteers and roles (people)
  get('/work/people', 'coordinator', people.index),
  post('/work/people', 'coordinator', people.search),
  get('/work/people.csv', 'coordinator', people.csv),
  get('/work/people/new', 'coordinator', people.fresh),
  post('/work/people/new', 'coordinator', people.invite),
  get('/work/people/:person', 'coordinator', people.show),
  get('/work/people/:person/attestations', 'coordinator', attesting.index),
  post('/work/people/:person/attestations', 'coordinator', attesting.issue),
  get('/work/people/:person/data', 'administrator', privacy.page),
  get('/work/people/:person/data.json', 'administrator', privacy.json),
  get('/work/people/:person/data.csv', 'administrator', privacy.csv),
  get('/work/people/:person/erasure', 'administrator', erasure.askFor),
  post('/work/people/:person/erasure', 'administrator', erasure.eraseFor),
  get('/work/people/:person/request', 'coordinator', dataRequests.askFor),
  post('/work/people/:person/request', 'coordinator', dataRequests.sendFor),
  post('/work/people/:person/restriction/end', 'administrator', dataRequests.lift),
  post('/work/people/:person/roles', 'coordinator', people.saveRoles),
  post('/work/people/:person/help-desk', 'administrator', people.giveHelpDesk),
  post('/work/people/:person/cec-validator', 'administrator', people.giveCec),
  post('/work/people/:person/contact', 'coordinator', people.saveContact),
  post('/work/people/:person/phone', 'coordinator', people.savePhone),
  post('/work/people/:person/note', 'coordinator', people.saveNote),
  post('/work/people/:person/invitation', 'coordinator', people.inviteAgain),
  post('/work/people/:person/suspension', 'coordinator', people.shutOut),
  post('/work/people/:person/return', 'coordinator', people.letIn),

  // Attestations of hours (attestations)
  get('/work/attestations/:attestation.pdf', 'coordinator', attesting.pdf),
  get('/work/attestations/:attestation', 'coordinator', attesting.show),
  get('/work/attestations/:attestation/withdrawal', 'coordinator', attesting.askWithdrawal),
  post('/work/attestations/:attestation/withdrawal', 'coordinator', attesting.withdraw),
  get('/my/attestations', 'signedIn', ownAttestations.index),
  post('/my/attestations', 'signedIn', ownAttestations.saveSkills),
  get('/my/attestations/:attestation.pdf', 'signedIn', ownAttestations.pdf),
  get('/my/attestations/:attestation.jwt', 'signedIn', ownAttestations.credential),
  get('/my/attestations/:attestation', 'signedIn', ownAttestations.show),
  get('/my/gathered', 'signedIn', gatheredAttestations.index),
  post('/my/gathered', 'signedIn', gatheredAttestations.add, { before: gatheredAttestations.fileSteps }),
  post('/my/gathered/check', 'signedIn', gatheredAttestations.check),
  post('/my/gathered/:gathered/removal', 'signedIn', gatheredAttestations.drop),
  get('/attestations/:code.jwt', 'anyone', attestations.credential),
  get('/attestations/:code', 'anyone', attestations.verify),
  get('/credentials/issuer', 'anyone', attestations.issuer),
  get('/credentials/volunteering', 'anyone', attestations.achievement),
  get('/credentials/keys/:verifier', 'anyone', attestations.key),
  get('/credentials/status/:list', 'anyone', attestations.status),

  // Compte d'engagement citoyen (cec)
  get('/my/cec', 'signedIn', ownCec.show),
  post('/my/cec/elsewhere', 'signedIn', ownCec.saveElsewhere, { page: '/my/cec' }),
  post('/my/cec/declaration', 'signedIn', ownCec.declareMine, { page: '/my/cec' }),
  get('/my/cec/:paper.pdf', 'signedIn', ownCec.pdf),
  get('/my/cec/:paper', 'signedIn', ownCec.paper),
  get('/work/cec', 'cecValidator', cec.index),
  get('/work/cec.csv', 'cecValidator', cec.exportAll),
  get('/work/cec/people/:person', 'cecValidator', cec.show),
  post('/work/cec/people/:person', 'cecValidator', cec.step),
  get('/work/cec/people/:person/:paper.pdf', 'cecValidator', cec.pdf),
  get('/work/cec/people/:person/:paper', 'cecValidator', cec.paper),

  // Hours (hours)
  get('/my/hours', 'signedIn', ownHours.my),
  post('/my/hours', 'signedIn', ownHours.recordMine),
  get('/my/hours.csv', 'signedIn', hoursExports.exportMine),
  get('/my/hours/last-week', 'signedIn', quickHours.week),
  post('/my/hours/last-week', 'signedIn', quickHours.copy),
  post('/my/hours/timer', 'signedIn', quickHours.start),
  post('/my/hours/timer/end', 'signedIn', quickHours.stop),
  post('/my/hours/timer/removal', 'signedIn', quickHours.drop),
  get('/my/hours/:entry/correction', 'signedIn', ownHours.correctMine),
  post('/my/hours/:entry/confirmation', 'signedIn', ownHours.confirmMine),
  post('/my/hours/:entry/withdrawal', 'signedIn', ownHours.withdrawMine),
  get('/work/hours', 'hoursReader', hours.index),
  get('/work/hours.csv', 'hoursReader', hoursExports.exportAll),
  post('/work/hours/approval', 'coordinator', hours.approve),
  post('/work/hours/approval/undo', 'coordinator', hours.undo),
  get('/work/hours/new', 'coordinator', hoursForOthers.fresh),
  post('/work/hours/new', 'coordinator', hoursForOthers.record),
  post('/work/hours/new/person', 'coordinator', hoursForOthers.search),
  get('/work/hours/sheet', 'coordinator', hoursSheet.fresh),
  post('/work/hours/sheet', 'coordinator', hoursSheet.send),
  get('/hours/kiosk/:token', 'anyone', kiosk.kiosk),
  post('/hours/kiosk/:token', 'anyone', kiosk.recordKiosk),
  get('/hours/own/:token', 'anyone', kiosk.own),
  post('/hours/own/:token', 'anyone', kiosk.recordOwn),
  get('/hours/usual/:token', 'anyone', usualHours.ask),
  post('/hours/usual/:token', 'anyone', usualHours.confirm),
  get('/work/hours/launch', 'coordinator', hoursLaunch.show),
  get('/work/hours/kiosk', 'coordinator', hoursLinks.typed),
  post('/work/hours/kiosk/:typed/person', 'coordinator', hoursLinks.attach),
  post('/work/hours/kiosk/:typed/count', 'coordinator', hoursLinks.count),
  post('/work/hours/kiosk/:typed/removal', 'coordinator', hoursLinks.drop),
  get('/work/hours/links/offers/:offer', 'coordinator', hoursLinks.show),
  post('/work/hours/links/offers/:offer', 'coordinator', hoursLinks.save),
  post('/work/hours/links/offers/:offer/project', 'coordinator', hoursLinks.setProject, {
    page: '/work/hours/links/offers/:offer',
  }),
  post('/work/hours/links/offers/:offer/state', 'coordinator', hoursLinks.turn),
  post('/work/hours/links/offers/:offer/renewal', 'coordinator', hoursLinks.renew),
  get('/work/hours/links/people/:person', 'coordinator', hoursLinks.show),
  post('/work/hours/links/people/:person', 'coordinator', hoursLinks.save),
  post('/work/hours/links/people/:person/state', 'coordinator', hoursLinks.turn),
  post('/work/hours/links/people/:person/renewal', 'coordinator', hoursLinks.renew),
  post('/work/hours/links/people/:person/mail', 'coordinator', hoursLinks.mail),
  get('/work/hours/rules', 'coordinator', approvalRules.index),
  post('/work/hours/rules', 'coordinator', approvalRules.add),
  post('/work/hours/rules/:rule/end', 'coordinator', approvalRules.end),
  get('/work/hours/paper', 'coordinator', hoursPaper.show),
  get('/work/hours/unnamed', 'hoursReader', headcounts.index),
  get('/work/hours/unnamed.csv', 'hoursReader', headcounts.exportAll),
  get('/work/hours/unnamed/:line/reversal', 'coordinator', headcounts.askReversal),
  post('/work/hours/unnamed/:line/reversal', 'coordinator', headcounts.reverse),
  get('/work/hours/figures', 'hoursReader', hoursFigures.work),
  get('/work/hours/figures.csv', 'hoursReader', hoursFigures.csv),
  get('/work/hours/review', 'hoursReader', hoursFigures.review),
  get('/hours/together', 'signedIn', hoursFigures.together),
  get('/work/hours/statement', 'hoursReader', hoursStatement.statement),
  get('/work/hours/statement.csv', 'hoursReader', hoursStatement.statementCsv),
  get('/work/hours/settings', 'treasurer', hoursSettings.settings),
  post('/work/hours/rates', 'treasurer', hoursRates.save, { page: '/work/hours/settings' }),
  get('/work/hours/rates/:rate/withdrawal', 'treasurer', hoursRates.confirmWithdrawal),
  post('/work/hours/rates/:rate/withdrawal', 'treasurer', hoursRates.withdraw),
  post('/work/hours/categories', 'treasurer', hoursSettings.saveCategory, { page: '/work/hours/settings' }),
  post('/work/hours/categories/:category/archiving', 'treasurer', hoursSettings.toggleCategory, {
    page: '/work/hours/settings',
  }),
  post('/work/hours/categories/:category/level', 'treasurer', hoursSettings.setCategoryLevel, {
    page: '/work/hours/settings',
  }),
  post('/work/hours/categories/:category/cec', 'treasurer', cec.saveRole, { page: '/work/hours/settings' }),
  post('/work/hours/levels', 'treasurer', hoursSettings.saveLevel, { page: '/work/hours/settings' }),
  post('/work/hours/levels/:level/archiving', 'treasurer', hoursSettings.toggleLevel, {
    page: '/work/hours/settings',
  }),
  get('/work/hours/projects', 'treasurer', hoursProjects.index),
  post('/work/hours/projects', 'treasurer', hoursProjects.add),
  post('/work/hours/projects/:project', 'treasurer', hoursProjects.rename, { page: '/work/hours/projects' }),
  post('/work/hours/projects/:project/archiving', 'treasurer', hoursProjects.archive, { page: '/work/hours/projects' }),
  get('/work/hours/simulation', 'treasurer', simulation.show),
  post('/work/hours/simulation', 'treasurer', simulation.run),
  get('/work/hours/simulation/:method', 'treasurer', simulation.askAdoption),
  post('/work/hours/simulation/:method', 'treasurer', simulation.adopt),
  get('/work/hours/years', 'hoursReader', years.index),
  post('/work/hours/years/month', 'treasurer', years.saveMonth),
  get('/work/hours/years/:year', 'hoursReader', years.show),
  post('/work/hours/years/:year', 'treasurer', years.save),
  get('/work/hours/years/:year/closing', 'treasurer', years.askClosing),
  post('/work/hours/years/:year/closing', 'treasurer', years.close),
  get('/work/hours/statements/:statement.csv', 'hoursReader', statements.csv),
  get('/work/hours/statements/:statement.ods', 'hoursReader', statements.ods),
  get('/work/hours/statements/:statement/projects.csv', 'hoursReader', statements.projectsCsv),
  get('/work/hours/statements/:statement/entry.csv', 'hoursReader', statements.entry),
  get('/work/hours/statements/:statement/sheets', 'hoursReader', statements.sheets),
  get('/work/hours/statements/:statement', 'hoursReader', statements.show),
  post('/work/hours/statements/:statement/posting', 'treasurer', statements.post),
  post('/work/hours/statements/:statement/reopening', 'treasurer', statements.reopen),
  get('/my/trips', 'signedIn', trips.mine),
  post('/my/trips', 'signedIn', trips.recordMine),
  get('/my/trips.csv', 'signedIn', trips.exportMine),
  post('/my/trips/:trip/confirmation', 'signedIn', trips.confirmMine),
  post('/my/trips/:trip/withdrawal', 'signedIn', trips.withdrawMine),
  get('/work/trips', 'hoursReader', trips.index),
  get('/work/trips.csv', 'hoursReader', trips.exportAll),
  post('/work/trips/approval', 'coordinator', trips.approve),
  get('/work/trips/rates', 'treasurer', trips.rates),
  post('/work/trips/rates', 'treasurer', trips.saveRate),
  post('/work/trips/rates/removal', 'treasurer', trips.removeRate),
  get('/work/trips/:trip', 'hoursReader', trips.show),
  post('/work/trips/:trip/return', 'coordinator', trips.giveBack),
  post('/work/trips/:trip/reversal', 'coordinator', trips.reverse),
  get('/work/hours/:entry', 'hoursReader', hours.show),
  post('/work/hours/:entry/level', 'coordinator', hours.setLevel),
  post('/work/hours/:entry/project', 'coordinator', hours.setProject),
  post('/work/hours/:entry/return', 'coordinator', hours.giveBack),
  post('/work/hours/:entry/reversal', 'coordinator', hours.reverse),

  // Centres and members (partners)
  get('/partners', 'moderator', partners.index),
  post('/partners', 'administrator', partners.ask),
  get('/templates.json', 'anyone', centreTemplates.published),
  get('/partners/templates', 'moderator', centreTemplates.index),
  get('/partners/templates/new', 'moderator', centreTemplates.fresh),
  post('/partners/templates/new', 'moderator', centreTemplates.create),
  get('/partners/templates/:model', 'moderator', centreTemplates.edit),
  post('/partners/templates/:model', 'moderator', centreTemplates.save),
  get('/partners/templates/:model/removal', 'moderator', centreTemplates.askRemoval),
  post('/partners/templates/:model/removal', 'moderator', centreTemplates.remove),
  post('/partners/search', 'moderator', partners.search),
  post('/partners/sources', 'moderator', partners.follow),
  get('/partners.csv', 'moderator', partners.exportAll),
  get('/partners/:affiliation', 'moderator', partners.show),
  post('/partners/:affiliation/acceptance', 'moderator', partners.accept),
  post('/partners/:affiliation/refusal', 'moderator', partners.refuse),
  post('/partners/:affiliation/pause', 'moderator', partners.pause, { page: '/partners/:affiliation' }),
  post('/partners/:affiliation/resumption', 'moderator', partners.resume, { page: '/partners/:affiliation' }),
  post('/partners/:affiliation/trust', 'moderator', partners.trust),
  post('/partners/:affiliation/notes', 'moderator', partners.note),
  get('/partners/:affiliation/history', 'moderator', memberHistory.index),
  get('/partners/:affiliation/history.csv', 'moderator', memberHistory.exportAll),
  post('/partners/:affiliation/exact-sums', 'administrator', partners.agreeExactSums),
  post('/partners/:affiliation/exact-sums/end', 'administrator', partners.endExactSums),
  get('/partners/:affiliation/end', 'moderator', partners.askEnd),
  post('/partners/:affiliation/end', 'moderator', partners.end),

  // Reading over members' offers (moderation)
  get('/moderation', 'moderator', moderation.index),
  post('/moderation', 'moderator', moderation.search),
  get('/moderation.csv', 'moderator', moderation.exportAll),
  post('/moderation/decisions', 'moderator', several.decide),
  post('/moderation/undo', 'moderator', undo),
  get('/moderation/towns', 'moderator', towns.index),
  get('/moderation/towns/:town', 'moderator', towns.show),
  post('/moderation/towns/:town', 'moderator', towns.settle),
  post('/moderation/towns/:town/undo', 'moderator', towns.reopen),
  get('/moderation/:item', 'moderator', moderation.show),
  get('/moderation/notes/:note/removal', 'moderator', teamNotes.askErasure),
  post('/moderation/notes/:note/removal', 'moderator', teamNotes.erase),
  post('/moderation/:item/notes', 'moderator', teamNotes.write),
  post('/moderation/:item/trust', 'moderator', partners.trustFromItem),
  post('/moderation/:item/taking', 'moderator', moderation.take),
  post('/moderation/:item/completion', 'moderator', complete),
  post('/moderation/:item/acceptance', 'moderator', moderation.accept),
  post('/moderation/:item/decision', 'moderator', moderation.decide),
  post('/moderation/:item/same', 'moderator', likeness.same),
  post('/moderation/:item/different', 'moderator', likeness.different),
  get('/moderation/:item/likewise', 'moderator', several.askLikewise),
  post('/moderation/:item/likewise', 'moderator', several.likewise),
  get('/moderation/:item/suspension', 'moderator', moderation.askSuspension),
  post('/moderation/:item/suspension', 'moderator', moderation.suspend),
  get('/moderation/:item/removal', 'moderator', moderation.askRemoval),
  post('/moderation/:item/removal', 'moderator', moderation.remove),

  // What visitors report about offers (reports)
  get('/reports', 'desk', reportDesk.index),
  get('/reports/:report', 'desk', reportDesk.show),
  post('/reports/:report/decision', 'desk', reportDesk.decide),

  // Figures: own offers, members' offers (statistics)
  get('/work/statistics', 'coordinator', statistics.own),
  get('/work/statistics.csv', 'coordinator', statistics.exportOwn),
  get('/work/statistics/year', 'coordinator', yearOf.own),
  get('/work/statistics/year.csv', 'coordinator', yearOf.exportOwn),
  get('/work/statistics/year.pdf', 'coordinator', yearOf.pdfOfOwn),
  get('/statistics', 'moderator', statistics.members),
  get('/statistics.csv', 'moderator', statistics.exportMembers),
  get('/statistics/year', 'moderator', yearOf.members),
  get('/statistics/year.csv', 'moderator', yearOf.exportMembers),
  get('/statistics/year.pdf', 'moderator', yearOf.pdfOfMembers),

  // The operator's pages (operator)
  get('/operator', 'administrator', operator.health),
  post('/operator/events/retry', 'administrator', operator.retryAllEvents),
  post('/operator/events/:consumer/:event/retry', 'administrator', operator.retryEvent),
  get('/operator/events/:consumer/:event/removal', 'administrator', operator.askGiveUpEvent),
  post('/operator/events/:consumer/:event/removal', 'administrator', operator.giveUpEvent),
  get('/operator/trail', 'administrator', audit.index),
  post('/operator/trail', 'administrator', audit.search),
  get('/operator/trail.csv', 'administrator', audit.exportTrail),
  get('/operator/mails', 'administrator', operator.mails),
  get('/operator/mails.csv', 'administrator', operator.exportMails),
  post('/operator/mails/retry', 'administrator', operator.retryAllMails),
  get('/operator/mails/:mail', 'administrator', operator.mail),
  post('/operator/mails/:mail/retry', 'administrator', operator.retryMail),

  // The desk for personal data (privacy)
  get('/operator/privacy', 'administrator', privacyDesk.register),
  get('/operator/privacy.csv', 'administrator', privacyDesk.registerCsv),
  get('/operator/privacy/incidents', 'administrator', incidents.index),
  get('/operator/privacy/incidents.csv', 'administrator', incidents.csv),
  get('/operator/privacy/incidents/new', 'administrator', incidents.fresh),
  post('/operator/privacy/incidents/new', 'administrator', incidents.create),
  get('/operator/privacy/incidents/:incident', 'administrator', incidents.edit),
  post('/operator/privacy/incidents/:incident', 'administrator', incidents.save),
  get('/operator/privacy/requests', 'administrator', dataRequests.index),
  get('/operator/privacy/requests/:request', 'administrator', dataRequests.show),
  post('/operator/privacy/requests/:request', 'administrator', dataRequests.answer),

  // Other sites, and which of them are allowed (peers)
  get('/operator/federation', 'administrator', peers.index),
  post('/operator/federation', 'administrator', peers.search),
  get('/operator/federation.csv', 'administrator', peers.exportAll),
  get('/operator/federation/blocking', 'administrator', peers.askBlock),
  post('/operator/federation/blocking', 'administrator', peers.block),
  post('/operator/federation/blocking/site', 'administrator', peers.nameBlock),
  get('/operator/federation/members-only', 'administrator', peers.askMembersOnly),
  post('/operator/federation/members-only', 'administrator', peers.restrict),
  post('/operator/federation/members-only/end', 'administrator', peers.open),
  post('/operator/federation/members-only/sites', 'administrator', peers.add),
  get('/operator/federation/hosts/:host', 'administrator', peers.show),
  post('/operator/federation/hosts/:host/retry', 'administrator', peers.retry),
  get('/operator/federation/hosts/:host/removal', 'administrator', peers.askForget),
  post('/operator/federation/hosts/:host/removal', 'administrator', peers.forget),
  post('/operator/federation/hosts/:host/pause', 'administrator', peers.pause),
  post('/operator/federation/hosts/:host/resumption', 'administrator', peers.resume),
  get('/operator/federation/hosts/:host/unblocking', 'administrator', peers.askUnblock),
  post('/operator/federation/hosts/:host/unblocking', 'administrator', peers.unblock),
  post('/operator/federation/hosts/:host/listing', 'administrator', peers.allow),
  get('/operator/federation/hosts/:host/leaving-out', 'administrator', peers.askLeaveOut),
  post('/operator/federation/hosts/:host/leaving-out', 'administrator', peers.leaveOut),
  post('/operator/federation/activities/:activity/retry', 'administrator', peers.readAgain),
  get('/operator/federation/activities/:activity/removal', 'administrator', peers.askPutAside),
  post('/operator/federation/activities/:activity/removal', 'administrator', peers.putAside),
]

/** Where the form of a POST stands: the page of its own path, else of the nearest path above that has one. */
export function pageOfForm({ path, page }: Route): string {
  if (page) return page
  const hasPage = (above: string) => routes.some((route) => route.method === 'get' && route.path === above)
  let above = path
  while (above !== '' && !hasPage(above)) above = above.slice(0, above.lastIndexOf('/'))
  return above || '/'
}

/** The paths of the public routes, without a query. */
export function publicPaths(): RegExp {
  const paths = routes.filter(({ isPublic }) => isPublic).map(({ path }) => path.replaceAll(/:\w+/g, '[^/]+'))
  return new RegExp(`^(?:${paths.join('|')})/?$`, 'i')
}
