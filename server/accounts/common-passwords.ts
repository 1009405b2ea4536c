// SPDX-License-Identifier: AGPL-3.0-or-later
// Frequent words of lists of stolen passwords, French and English, in lower case, without accents and digits. A
// password may consist of several ("motdepasse2026!", "soleilsoleil").

const WORDS = `
abricot admin administrateur administration administrator adrien alexandra alexandre alexis alicia amelie amour amoureux
amsterdam anais andrea angelique anthony antoine arsenal arthur association assassin asterix aurelie aurore australia
azerty azertyui azertyuiop azertyuiopq baptiste barcelona barcelone baseball basketball batman beautiful belgique
benevolat benevole benevoles benjamin bernard biscuit bisous bonheur bonjour bonsoir bordeaux boulogne bretagne brigitte
butterfly calimero camille canada canadiens caramel carolina caroline catherine cedric celine centre champion changeme
changemenow changezmoi charlene charles charlie charlotte chelsea chicago chocolat chocolate choupette choupinette
christian christine christmas christophe claire claude claudia clement clementine coccinelle coconut coeur college
compagnie compte computer confidentiel connexion coquelicot coquine corentin corsica corvette cowboys crevette cristina
dallas damien daniel danielle daphne david dauphin december decembre default demarrage denise diamond didier dieu
dimanche dolphin dominique dorothee doudou doudoune dragon dragonball eclipse elephant elisabeth elizabeth elodie
emilie emmanuel england enfant enfants etienne etoile everton fabien fabienne facebook famille family ferrari fernando
florence florent florian football forever france francis francois francoise frederic freedom fripouille gabriel
gabrielle galaxy garfield gateau genevieve georges gerard ginger gregory grenoble grenouille guillaume guitare hannah
happyness harrypotter helene hello hellokitty helloworld herisson heather hockey holland home hunter iloveu iloveyou
iloveyouforever inconnu informatique instagram internet isabelle italie jackson jacques janvier jardin jasmine
jaimelesfrites jasper jean jennifer jeremy jerome jessica jesus jesuschrist jetaime jetadore jetaimeplusquetout
johanna jonathan jordan josephine joshua juillet julie julien juliette juventus kevin killer kimberly laetitia laurence
laurent lavieestbelle letmein liberte lionel liverpool logiciel loulou louloute louise lovely lovelove loveme lucas
ludovic maison maman mamanpapa mamour manchester manchesterunited margaux margot marguerite maria marie mariejeanne
marina marine marion marseille martin martine master mathieu mathilde matrix matthew matthieu maurice maxime melanie
mercedes mercredi michael michel michele micheline michelle mickael mickey minecraft miranda misterio moi moimeme
monamour monange monbebe moncoeur monica monique monkey montreal motdepasse motdepass mdp mustang mylove naruto
nathalie nathan natalie newyork nicolas nicole nintendo noel nounours nouveau october octobre oceane olivia olivier
orange ordinateur pamela panda papa papillon paris parisparis parissaintgermain pascal pascale pass passe password
passwort patate patricia patrick patrice pepito perle philippe pierre playstation poisson pokemon pompier portugal
poupette president princess princesse printemps provence purple pupuce quebec qwerty qwertyu qwertyui qwertyuiop
rachel rainbow raphael raymond rebecca reglisse richard robert romain romane rosalie rugby sabrina saintetienne samantha
samsung samuel sandra sandrine scorpion sebastien secret secretariat secretaire septembre serveur shadow simone slipknot
snoopy softball soleil sophie sorciere spiderman starwars stephane stephanie strasbourg sunshine superman superstar
sylvain sylvie tatiana teddybear temporaire thierry thomas tigger tintin tinkerbell toulon toulouse tournesol
trustno tresorier tresoriere trustnoone unbelievable vacances valentin valentine valerie vanessa vanille veronique
victoire victoria vincent virginie volunteer welcome welcomehome whatever william windows winter xavier yannick yolande
youtube zinedine zidane
`

/** Whole passwords of twelve characters or more: keyboard patterns, and one famous example. */
const PATHS = `
1a2z3e4r5t6y 1a2z3e4r5t6y7u 1q2w3e4r5t6y 1q2w3e4r5t6y7u q1w2e3r4t5y6 a1z2e3r4t5y6 1qaz2wsx3edc 1qazxsw23edc zaq12wsxcde3
zaq1zaq1zaq1 1aqw2zsx3edc 1aqwzsx2edc3 qazwsxedcrfv azqswxedcrfv aqwzsxedcrfv qweasdzxc123 123qweasdzxc azeqsdwxc123
123azeqsdwxc azertyqsdfgh qwertyasdfgh correcthorsebatterystaple
`

export const commonWords: readonly string[] = WORDS.trim()
  .split(/\s+/)
  .toSorted((a, b) => b.length - a.length)

export const keyboardPaths: ReadonlySet<string> = new Set(PATHS.trim().split(/\s+/))
