// SPDX-License-Identifier: AGPL-3.0-or-later
// Headings of files of other programs, without accents and capitals, by the column they most likely are. A text without
// a language gets that of the association.

const OF_COLUMN: Record<string, string> = {
  title:
    'titre|titre de l annonce|titre de l offre|titre de la mission|titre du poste|intitule|intitule de la mission|nom de la mission|nom de l offre|offre|annonce|poste|mission|title|offer|position|role|name|nom',
  summary: 'resume|accroche|chapeau|description courte|en bref|summary|short description',
  tasks:
    'taches|taches a effectuer|description des taches|description|description de la mission|description du poste|nature|nature du benevolat|tasks|responsibilities',
  context: 'contexte|objectif|objectifs|presentation|pourquoi|context|purpose|about',
  profile:
    'profil|profil recherche|profil souhaite|qualites|qualites requises|competences|aptitudes|profile|qualifications',
  support: 'accueil|accompagnement|formation|formation offerte|support|training',
  practical:
    'pratique|infos pratiques|informations pratiques|consignes|remarques|notes|horaire|horaires|disponibilites|jours|practical|instructions|schedule|availability',
  cause: 'cause|causes|domaine|domaines|theme|thematique|secteur|domain|field',
  activity:
    'activite|activites|secteur d activite|secteur d activites|type d activite|categorie|activity|activities|category',
  beneficiaries: 'beneficiaires|public aide|clientele|beneficiaries',
  commitment: 'engagement|type d engagement|commitment',
  frequency: 'frequence|periodicite|frequency',
  duration: 'duree|duree d une seance|duration',
  starts_on: 'date de debut|date debut|debut|debut de la mission|premier jour|start|start date|starts on|startat',
  ends_on: 'date de fin|date fin|fin|fin de la mission|end|end date|ends on|endat',
  places:
    'ville|villes|commune|communes|municipalite|municipalites|localite|localites|lieu|lieux|town|towns|city|cities|location|locations',
  place_label: 'salle|nom de la salle|venue',
  place_street: 'adresse|rue|adresse postale|address|street',
  capacity:
    'places|postes|nombre de places|nombre de postes|nombre de benevoles|benevoles recherches|nombre|capacite|capacity|volunteers|number of volunteers|number of positions',
  min_age: 'age|age minimal|age requis|minimum age',
  work_mode: 'mode|mode de travail|work mode',
  requirements: 'exigences|prerequis|conditions|requirements',
  benefits: 'avantages|benefits',
  contact_label: 'contact|responsable|personne ressource|personne contact|contact name',
  publish_from:
    'debut d affichage|date d affichage|debut de publication|date de publication|premier jour en ligne|first day online|publication start',
  publish_until:
    'fin d affichage|fin de publication|date d expiration|expiration|dernier jour en ligne|last day online|publication end',
}

export const HEADINGS: ReadonlyMap<string, string> = new Map(
  Object.entries(OF_COLUMN).flatMap(([name, headings]) => headings.split('|').map((heading) => [heading, name])),
)
