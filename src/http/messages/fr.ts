import type { Messages } from "./messages.ts";

export const fr: Messages = {
  problems: {
    bad_request: {
      title: "Erreur dans la requête",
      detail: "La requête contient une erreur et n’a donc pas été transmise.",
      action:
        "Vérifiez votre saisie. Si elle vous semble correcte, contactez l’assistance en indiquant l’identifiant de la requête.",
    },
    unauthorized: {
      title: "Clé valide requise",
      detail: "La requête est arrivée sans clé valide pour ce service.",
      action: "Reconnectez-vous au produit. Si cela ne suffit pas, contactez l’assistance.",
    },
    scope_required: {
      title: "Action non autorisée",
      detail: "La clé utilisée n’autorise pas cette action.",
      action: "Si vous avez besoin de cette action, demandez au responsable du produit de l’autoriser.",
    },
    agent_not_allowed: {
      title: "Agent non autorisé",
      detail: "La clé utilisée est limitée à certains agents, et cette requête ne concerne aucun d’eux.",
      action: "Choisissez un autre agent, ou demandez l’accès à celui-ci au responsable du produit.",
    },
    origin_not_allowed: {
      title: "Site web non autorisé",
      detail: "Ce site web ne peut pas utiliser la clé envoyée.",
      action: "Ouvrez le produit à son adresse habituelle. Si vous y êtes déjà, contactez l’assistance.",
    },
    unknown_operation: {
      title: "Opération non proposée",
      detail: "Le produit a demandé une opération de GEN, le service vidéo, qui n’est pas proposée ici.",
      action: "Indiquez à l’assistance ce que vous vouliez faire, ainsi que l’identifiant de la requête.",
    },
    route_not_found: {
      title: "Adresse introuvable",
      detail: "Il n’y a rien à l’adresse demandée.",
      action: "Vérifiez l’adresse. Si vous avez suivi un lien ou un bouton, contactez l’assistance.",
    },
    method_not_allowed: {
      title: "Méthode non autorisée",
      detail: "L’adresse existe, mais pas pour ce type de requête.",
      action: "Indiquez à l’assistance ce que vous vouliez faire, ainsi que l’identifiant de la requête.",
    },
    request_timeout: {
      title: "Requête reçue trop lentement",
      detail: "Les données de la requête sont arrivées trop lentement, et leur attente a pris fin.",
      action:
        "Vérifiez votre connexion Internet, puis renvoyez les données. Un fichier plus petit peut aussi convenir.",
    },
    body_too_large: {
      title: "Trop de données",
      detail: "La requête contient plus de données que ce service n’en accepte.",
      action: "Choisissez un fichier plus petit, ou envoyez moins de données à la fois.",
    },
    unsupported_media_type: {
      title: "Type de contenu non accepté",
      detail: "Ce service n’accepte pas les contenus de ce type.",
      action: "Si vous avez envoyé un fichier, choisissez-en un d’un autre type. Sinon, contactez l’assistance.",
    },
    idempotency_in_flight: {
      title: "Demande déjà en cours",
      detail: "La même demande, avec la même clé d’idempotence, est encore en cours.",
      action: "Patientez un instant, puis regardez de nouveau. Il n’est pas nécessaire de relancer la demande.",
    },
    idempotency_key_reused: {
      title: "Clé d’une autre demande",
      detail: "La clé d’idempotence a déjà servi pour une autre demande.",
      action: "Faites une nouvelle demande avec une nouvelle clé.",
    },
    answer_expired: {
      title: "Réponse plus conservée",
      detail: "Cette demande a déjà été exécutée, et sa réponse n’est plus conservée ici.",
      action: "Regardez ce qu’elle a créé. Ne faites une nouvelle demande que si vous le voulez une seconde fois.",
    },
    call_cancelled: {
      title: "Appel annulé",
      detail: "L’appel a été annulé avant son envoi.",
      action: "Si vous en avez encore besoin, faites une nouvelle demande.",
    },
    input_invalid: {
      title: "Données non conformes",
      detail: "Les données ne sont pas celles attendues ici.",
      action: "Corrigez ce qui est indiqué, puis réessayez.",
    },
    notification_not_failed: {
      title: "La notification n’a pas échoué",
      detail:
        "Seule une notification qui a échoué peut être renvoyée. Celle-ci est encore en cours d’envoi ou est arrivée.",
      action: "Consultez l’état de la notification.",
    },
    idempotency_key_required: {
      title: "Idempotency-Key manquant",
      detail:
        "Une demande qui coûte des crédits doit porter ici un Idempotency-Key, afin de n’être jamais facturée deux fois.",
      action: "Contactez le support : le produit doit envoyer sa propre clé avec chaque demande de ce type.",
    },
    operation_not_allowed: {
      title: "Opération non autorisée",
      detail: "La clé utilisée ne permet que certaines opérations, et celle-ci n’en fait pas partie.",
      action: "Si vous en avez besoin, demandez à l’exploitant du produit de l’autoriser.",
    },
    sheet_not_allowed: {
      title: "Feuille non autorisée",
      detail: "La clé utilisée est limitée à certaines feuilles, et cette demande n’en concerne aucune.",
      action: "Choisissez une autre feuille, ou demandez à l’exploitant du produit l’accès à celle-ci.",
    },
    generation_not_allowed: {
      title: "Génération non autorisée",
      detail: "La clé utilisée ne permet pas ce type de génération, ce modèle ou cette durée.",
      action: "Choisissez un autre type, modèle ou durée, ou demandez à l’exploitant du produit de l’autoriser.",
    },
    price_over_limit: {
      title: "Prix au-dessus de la limite",
      detail: "Cela coûterait plus de crédits que la clé utilisée ne peut en dépenser pour un appel.",
      action:
        "Commandez quelque chose de plus court ou de plus simple, ou demandez une limite plus élevée à l’exploitant du produit.",
    },
    price_unknown: {
      title: "Prix inconnu",
      detail:
        "La clé utilisée ne permet de commander que ce dont le prix est connu, et GEN, le service vidéo, n’en indique aucun ici.",
      action: "Commandez autre chose, ou demandez à l’exploitant du produit de l’autoriser.",
    },
    rate_limited: {
      title: "Trop de demandes",
      detail: "Trop de demandes sont arrivées en peu de temps.",
      action: "Attendez un peu, puis réessayez.",
    },
    charges_paused: {
      title: "Actions payantes suspendues",
      detail: "Tout ce qui coûte des crédits est désactivé pour le moment.",
      action: "Réessayez plus tard, ou demandez à l’exploitant du produit quand ce sera réactivé.",
    },
    sign_in_unavailable: {
      title: "Connexion impossible à vérifier",
      detail: "Votre connexion n’a pas pu être vérifiée, car le service de connexion ne répond pas.",
      action: "Attendez un instant, puis réessayez.",
    },
    quota_exhausted: {
      title: "Limite quotidienne atteinte",
      detail: "Cela dépasserait les appels payants ou les crédits que la clé utilisée peut dépenser aujourd’hui.",
      action: "Attendez demain (UTC), ou demandez à l’exploitant du produit une limite plus élevée.",
    },
    too_many_watchers: {
      title: "Trop d’observateurs",
      detail: "Trop de lecteurs suivent cette génération en même temps.",
      action: "Consultez son état de temps en temps au lieu de la suivre.",
    },
    outcome_pending: {
      title: "Résultat encore inconnu",
      detail:
        "GEN, le service vidéo, n’a pas encore donné de réponse claire. La demande est suivie ici jusqu’à sa réponse.",
      action:
        "Patientez quelques minutes, puis regardez si le résultat est là. Ne relancez pas la demande une seconde fois.",
    },
    not_taken_in_time: {
      title: "Pas accepté à temps",
      detail: "Ce service a mis trop de temps à accepter ce qui a été envoyé.",
      action: "Renvoyez la même chose : rien ne sera fait deux fois.",
    },
    internal: {
      title: "Erreur dans ce service",
      detail: "Une erreur de ce service a interrompu la requête. Vous n’y êtes pour rien.",
      action: "Contactez l’assistance en indiquant l’identifiant de la requête.",
    },
    gen_bad_response: {
      title: "Réponse inattendue de GEN",
      detail: "GEN, le service vidéo, a donné une réponse impossible à interpréter.",
      action: "Contactez l’assistance en indiquant l’identifiant de la requête.",
    },
    gen_unreachable: {
      title: "Connexion à GEN perdue",
      detail: "La connexion à GEN, le service vidéo, a été perdue.",
      action: "Patientez un instant, puis réessayez. Si le problème persiste, contactez l’assistance.",
    },
    outcome_unknown: {
      title: "Résultat inconnu",
      detail: "GEN, le service vidéo, n’a pas donné de réponse claire. Votre demande a peut-être été exécutée.",
      action: "Vérifiez d’abord si le résultat existe déjà. Réessayez seulement si ce n’est pas le cas.",
    },
    gen_rate_limited: {
      title: "GEN est très sollicité",
      detail: "GEN, le service vidéo, traite actuellement de nombreuses requêtes.",
      action: "Patientez un peu, puis réessayez.",
    },
    gen_unavailable: {
      title: "GEN est indisponible",
      detail: "GEN, le service vidéo, rencontre des difficultés en ce moment.",
      action: "Patientez quelques minutes, puis réessayez.",
    },
    gen_timeout: {
      title: "GEN a mis trop longtemps",
      detail: "GEN, le service vidéo, n’a pas répondu à temps.",
      action: "Patientez un instant, puis réessayez. Si le problème persiste, contactez l’assistance.",
    },
    gen_rejected_request: {
      title: "Requête refusée par GEN",
      detail: "GEN, le service vidéo, a refusé cette requête. La raison ne peut pas être affichée ici.",
      action:
        "Vérifiez votre saisie. Si elle vous semble correcte, contactez l’assistance en indiquant l’identifiant de la requête.",
    },
    gen_key_rejected: {
      title: "Pas d’accès à GEN",
      detail:
        "GEN, le service vidéo, a refusé l’accès de ce service. Vous n’y êtes pour rien ; le responsable du produit a été prévenu.",
      action: "Vous n’avez rien à modifier. Attendez que le responsable rétablisse l’accès.",
    },
    payment_required: {
      title: "Paiement requis",
      detail: "L’espace de travail doit d’abord effectuer un paiement chez GEN, le service vidéo.",
      action: "Achetez des crédits chez GEN, sur la page de facturation de l’espace de travail.",
    },
    permission_denied: {
      title: "Pas d’accès à cet élément",
      detail: "Cet élément n’est pas accessible chez GEN, le service vidéo, ou cette action n’y est pas autorisée.",
      action:
        "Vérifiez que vous avez choisi le bon élément. Si c’est le cas, demandez l’accès au responsable du produit.",
    },
    not_found: {
      title: "Élément introuvable",
      detail: "Cet élément n’existe pas, ou il n’est pas accessible.",
      action: "Rechargez la liste et vérifiez que l’élément existe encore.",
    },
    spreadsheet_not_found: {
      title: "Feuille introuvable",
      detail: "GEN, le service vidéo, n’a pas trouvé cette feuille pour cet agent.",
      action: "Vérifiez la feuille et l’agent auquel elle appartient.",
    },
    project_not_found: {
      title: "Projet introuvable",
      detail: "GEN, le service vidéo, n’a pas trouvé ce projet, ou il n’est pas accessible.",
      action: "Rechargez la liste des projets et choisissez-en un.",
    },
    user_job_not_found: {
      title: "Tâche introuvable",
      detail: "GEN, le service vidéo, n’a pas trouvé cette tâche, ou elle n’est pas accessible.",
      action: "Rechargez la liste des tâches et choisissez-en une.",
    },
    user_voice_resource_not_found: {
      title: "Voix introuvable",
      detail: "GEN, le service vidéo, n’a pas trouvé cette voix, ou elle n’est pas accessible.",
      action: "Rechargez la liste des voix et choisissez-en une.",
    },
    character_not_found: {
      title: "Personnage introuvable",
      detail: "GEN, le service vidéo, n’a pas trouvé ce personnage, ou il n’est pas accessible.",
      action: "Rechargez la liste des personnages et choisissez-en un.",
    },
    look_not_found: {
      title: "Apparence introuvable",
      detail: "GEN, le service vidéo, n’a pas trouvé cette apparence, ou elle n’est pas accessible.",
      action: "Rechargez le personnage et choisissez l’une de ses apparences.",
    },
    talking_character_not_found: {
      title: "Personnage parlant introuvable",
      detail: "GEN, le service vidéo, n’a pas trouvé ce personnage parlant, ou il n’est pas accessible.",
      action: "Rechargez le personnage et choisissez l’un de ses personnages parlants.",
    },
    avatar_not_found: {
      title: "Avatar introuvable",
      detail: "GEN, le service vidéo, n’a pas trouvé cet avatar, ou il n’est pas accessible.",
      action: "Rechargez la liste des avatars et choisissez-en un.",
    },
    change_set_not_found: {
      title: "Modifications introuvables",
      detail: "GEN, le service vidéo, n’a pas trouvé ce groupe de modifications dans la feuille.",
      action: "Rechargez la feuille et consultez les dernières modifications.",
    },
    agent_not_found: {
      title: "Agent introuvable",
      detail: "GEN, le service vidéo, n’a pas trouvé cet agent, ou il n’est pas accessible.",
      action: "Rechargez la liste des agents et choisissez-en un.",
    },
    organization_not_found: {
      title: "Organisation introuvable",
      detail: "GEN, le service vidéo, n’a pas trouvé cette organisation, ou elle n’est pas accessible.",
      action: "Rechargez la liste des organisations et choisissez-en une.",
    },
    usable_gen_credit_required: {
      title: "Aucun crédit utilisable",
      detail: "L’espace de travail n’a aucun crédit utilisable chez GEN, le service vidéo.",
      action: "Achetez des crédits chez GEN, sur la page de facturation de l’espace de travail.",
    },
    no_active_credit_purchase: {
      title: "Aucun achat de crédits actif",
      detail:
        "Cette action nécessite des crédits actifs chez GEN, le service vidéo, et l’espace de travail n’en a pas.",
      action: "Achetez des crédits chez GEN, sur la page de facturation de l’espace de travail.",
    },
    insufficient_credits_for_job: {
      title: "Crédits insuffisants",
      detail: "L’espace de travail n’a pas assez de crédits chez GEN, le service vidéo, pour cette tâche.",
      action:
        "Achetez des crédits chez GEN, sur la page de facturation de l’espace de travail, ou choisissez quelque chose de plus petit.",
    },
    job_cannot_be_stopped: {
      title: "Arrêt de la tâche impossible",
      detail: "La tâche ne peut pas être arrêtée, car elle est déjà terminée.",
      action: "Consultez l’état de la tâche et son résultat.",
    },
    job_status_invalid: {
      title: "Impossible dans cet état",
      detail: "L’état de la tâche ne permet pas cette action. Elle est probablement déjà terminée.",
      action: "Consultez l’état de la tâche, puis décidez de la suite.",
    },
    undo_conflict: {
      title: "Annulation impossible",
      detail: "La feuille a été modifiée entre-temps ; la modification ne peut donc pas être annulée.",
      action: "Rechargez la feuille et consultez les dernières modifications, puis décidez de la suite.",
    },
    redo_conflict: {
      title: "Rétablissement impossible",
      detail: "La feuille a été modifiée entre-temps ; la modification ne peut donc pas être rétablie.",
      action: "Rechargez la feuille et consultez les dernières modifications, puis décidez de la suite.",
    },
    nothing_to_undo: {
      title: "Rien à annuler",
      detail: "Aucune modification de la feuille ne peut être annulée.",
      action: "Si vous attendiez une modification, rechargez la feuille.",
    },
    nothing_to_redo: {
      title: "Rien à rétablir",
      detail: "Aucune modification annulée de la feuille ne peut être rétablie.",
      action: "Si vous attendiez une modification, rechargez la feuille.",
    },
    queue_full: {
      title: "Trop de messages en attente",
      detail: "Trop de messages sont déjà en attente dans cette conversation.",
      action: "Attendez que certains soient traités, ou supprimez-en un.",
    },
    invalid_transition: {
      title: "Modification impossible actuellement",
      detail: "Le message ne peut pas être modifié ainsi dans son état actuel.",
      action: "Rechargez la conversation et consultez l’état du message.",
    },
    already_sent: {
      title: "Message déjà envoyé",
      detail: "Le message a déjà été envoyé et ne peut plus être modifié.",
      action: "Rechargez la conversation. S’il manque quelque chose, écrivez un nouveau message.",
    },
    idempotency_conflict: {
      title: "Clé d’idempotence déjà utilisée",
      detail: "La même clé d’idempotence a déjà été utilisée pour une autre requête.",
      action:
        "Vérifiez si la requête précédente a fait ce que vous souhaitez. Sinon, lancez une nouvelle requête avec une nouvelle clé.",
    },
    generation_busy: {
      title: "Génération déjà en reprise",
      detail: "La reprise de cette génération est déjà en cours.",
      action: "Patientez un peu, puis consultez son état.",
    },
    validation_error: {
      title: "Erreur de saisie",
      detail: "GEN, le service vidéo, a trouvé une erreur dans les données saisies.",
      action: "Corrigez les données, puis renvoyez-les.",
    },
    invalid_action: {
      title: "Action de feuille non valide",
      detail: "GEN, le service vidéo, a trouvé une erreur dans une action sur la feuille.",
      action: "Corrigez l’action, puis renvoyez-la.",
    },
    file_size_exceeded: {
      title: "Fichier trop volumineux",
      detail: "Le fichier est plus volumineux que ce que GEN, le service vidéo, accepte.",
      action: "Choisissez un fichier plus petit, ou réduisez la taille de celui-ci.",
    },
    invalid_content_type: {
      title: "Type de fichier non accepté",
      detail: "GEN, le service vidéo, n’accepte pas ici les contenus de ce type.",
      action: "Choisissez un fichier d’un autre type.",
    },
    voice_id_required: {
      title: "Voix manquante",
      detail: "Une voix est nécessaire, et aucune n’a été choisie.",
      action: "Choisissez une voix, puis renvoyez les données.",
    },
    invalid_api_key: {
      title: "Clé de voix non acceptée",
      detail: "La clé du fournisseur de voix n’a pas été acceptée.",
      action: "Copiez à nouveau la clé depuis le fournisseur de voix et enregistrez-la dans les paramètres de voix.",
    },
    agent_creation_failed: {
      title: "Agent non créé",
      detail: "GEN, le service vidéo, n’a pas pu créer l’agent.",
      action: "Vérifiez les données de l’agent et corrigez-les.",
    },
    agent_update_failed: {
      title: "Agent non modifié",
      detail: "GEN, le service vidéo, n’a pas pu enregistrer les modifications de l’agent.",
      action: "Vérifiez les modifications de l’agent et corrigez-les.",
    },
    avatar_creation_failed: {
      title: "Avatar non créé",
      detail: "GEN, le service vidéo, n’a pas pu créer l’avatar.",
      action: "Vérifiez les données de l’avatar et son image.",
    },
    avatar_update_failed: {
      title: "Avatar non modifié",
      detail: "GEN, le service vidéo, n’a pas pu enregistrer les modifications de l’avatar.",
      action: "Vérifiez les modifications de l’avatar et corrigez-les.",
    },
    content_resource_creation_failed: {
      title: "Ressource non créée",
      detail: "GEN, le service vidéo, n’a pas pu créer la ressource.",
      action: "Vérifiez le fichier et les données saisies, et corrigez-les.",
    },
    direct_upload_failed: {
      title: "Envoi du fichier refusé",
      detail: "GEN, le service vidéo, n’a pas accepté l’envoi du fichier.",
      action: "Vérifiez le type et la taille du fichier, ou choisissez-en un autre.",
    },
    folder_removal_failed: {
      title: "Dossier non supprimé",
      detail: "GEN, le service vidéo, n’a pas pu supprimer le dossier.",
      action: "Vérifiez ce que contient le dossier, et s’il est encore utilisé.",
    },
    platform_validation_failed: {
      title: "Publication non conforme",
      detail: "La publication ne respecte pas les règles d’au moins une plateforme.",
      action: "Corrigez la publication pour cette plateforme, ou retirez la plateforme.",
    },
    post_not_published: {
      title: "Contenu non publié",
      detail: "Le contenu n’est pas publié, et GEN, le service vidéo, n’a pas pu exécuter la demande.",
      action: "Consultez l’état de la publication et corrigez ce qui est indiqué.",
    },
    tiktok_private_only: {
      title: "Publication privée uniquement sur TikTok",
      detail: "TikTok n’accepte actuellement que des publications privées de ce compte.",
      action: "Définissez la publication comme privée, ou choisissez un autre compte.",
    },
  },
  reasons: {
    agent_id_repeated:
      "agent_id figure deux fois au même endroit, ou diffère entre deux ; indiquez-le une seule fois, ou le même dans le chemin, les paramètres et le corps.",
    agent_id_in_brackets:
      "agent_id figure dans un nom avec crochets, imbriqué ou écrit autrement ; écrivez simplement agent_id.",
    agent_id_missing: "Cette clé est limitée à certains agents ; la requête doit donc en indiquer un dans agent_id.",
    agent_id_not_scalar: "agent_id doit être une seule chaîne ou un seul nombre, pas une liste ni un objet.",
    body_not_json: "Le corps n’est pas du JSON valide.",
    body_not_form:
      "Le formulaire n’a pas pu être lu avec certitude : les champs demandent UTF-8 et & entre eux ; les parties, un nom, CRLF et un délimiteur final.",
    body_must_be_json: "Cette opération n’accepte qu’un corps JSON ; envoyez-le avec Content-Type: application/json.",
    json_member_repeated: "Un nom figure deux fois dans un même objet du corps JSON.",
    field_overrides: "Les champs comme _method, qui font de la requête une autre, ne sont pas transmis.",
    body_cut: "La connexion s’est terminée avant l’arrivée complète du corps.",
    content_encoding_not_supported: "Ce Content-Encoding n’est pas accepté ; envoyez le corps sans compression.",
    content_type_missing: "La requête a un corps, mais pas de Content-Type.",
    content_type_not_supported:
      "Content-Type doit être application/json, application/x-www-form-urlencoded ou multipart/form-data avec un seul boundary, en UTF-8.",
    idempotency_key_malformed: "Une clé d’idempotence doit comporter de 1 à 255 caractères ASCII imprimables.",
    idempotency_key_repeated:
      "L’en-tête et le corps contiennent deux clés d’idempotence différentes ; envoyez-en une seule.",
    path_malformed:
      "Le chemin contient des segments de points, des barres obliques codées, des barres obliques inverses ou des caractères de contrôle.",
    query_malformed: "Les paramètres de la requête n’ont pas pu être lus.",
    query_ambiguous:
      "Les paramètres doivent être en UTF-8 avec encodage pourcent, séparés par & et sans point-virgule.",
    key_missing: "La clé manque ; envoyez X-API-Key ou Authorization: Bearer.",
    key_malformed: "La clé n’a pas le format d’une clé de ce service ; vérifiez qu’elle a été copiée en entier.",
    key_unknown: "La clé est inconnue, révoquée ou expirée.",
    key_expired: "La clé a expiré.",
    body_over_limit_for_confined:
      "Avec une clé limitée à certains agents, un corps de plus de 1 Mio doit être envoyé en multipart.",
    token_refused: "Le jeton n’est pas valable ici : signature, émetteur, audience, dates ou politique.",
    ticket_refused: "Le ticket n’est pas valable pour cela, ou il a expiré.",
    upload_not_canonical:
      "Un corps multipart au-delà de cette taille doit être écrit comme par un navigateur : CRLF, noms entre guillemets, seulement Content-Disposition et Content-Type, rien avant ni après les parties.",
    resolution_malformed: "Le corps doit être du JSON avec un seul membre : charged, true ou false.",
    origin_on_admin:
      "Les opérations d’administration ne sont jamais ouvertes aux navigateurs ; appelez-les depuis un serveur.",
  },
  charged: {
    no: "Aucun crédit n’a été dépensé.",
    yes: "Des crédits ont été dépensés pour cette demande.",
    unknown: "On ne sait pas encore si des crédits ont été dépensés.",
  },
  retry: {
    yes: "Un nouvel essai peut aboutir.",
    after: "Un nouvel essai dans {seconds} s peut aboutir.",
    no: "Un nouvel essai sans modification n’aboutira pas.",
    same_key:
      "Un nouvel essai peut aboutir, mais seulement avec la même Idempotency-Key : avec elle, rien n’est fait ni débité deux fois.",
  },
  page: {
    what_happened: "Ce qui s’est passé",
    what_to_do: "Que faire",
    http_status: "Statut HTTP",
    trying_again: "Nouvel essai",
    credits: "Crédits",
    all_codes: "Tous les codes d’erreur",
    code_unknown: "Ce code d’erreur n’existe pas.",
    charged_varies: "Chaque réponse indique dans son membre `charged` si des crédits ont été dépensés.",
    retry_varies: "Chaque réponse indique dans son membre `retryable` si un nouvel essai peut aboutir.",
  },
};
