import type { Messages } from "./messages.ts";

export const es: Messages = {
  problems: {
    bad_request: {
      title: "La solicitud contiene un error",
      detail: "La solicitud contiene un error y por eso no se transmitió.",
      action: "Revise los datos introducidos. Si son correctos, contacte con soporte e indique el ID de la solicitud.",
    },
    unauthorized: {
      title: "Se necesita una clave válida",
      detail: "La solicitud llegó sin una clave válida para este servicio.",
      action: "Vuelva a iniciar sesión en el producto. Si el problema continúa, contacte con soporte.",
    },
    scope_required: {
      title: "Acción no permitida",
      detail: "La clave utilizada no permite esta acción.",
      action: "Si necesita esta acción, pida al responsable del producto que la habilite.",
    },
    agent_not_allowed: {
      title: "Agente no permitido",
      detail: "La clave utilizada está limitada a ciertos agentes, y esta solicitud no es para ninguno de ellos.",
      action: "Elija otro agente o pida al responsable del producto acceso a este.",
    },
    origin_not_allowed: {
      title: "Sitio web no permitido",
      detail: "Este sitio web no puede usar la clave enviada.",
      action: "Abra el producto en su dirección habitual. Si ya está en ella, contacte con soporte.",
    },
    unknown_operation: {
      title: "Operación no disponible",
      detail: "El producto pidió una operación de GEN, el servicio de vídeo, que aquí no se ofrece.",
      action: "Indique a soporte qué quería hacer y el ID de la solicitud.",
    },
    route_not_found: {
      title: "Dirección no encontrada",
      detail: "No hay nada en la dirección solicitada.",
      action: "Revise la dirección. Si llegó por un enlace o un botón, contacte con soporte.",
    },
    method_not_allowed: {
      title: "Método no permitido",
      detail: "La dirección existe, pero no para este tipo de solicitud.",
      action: "Indique a soporte qué quería hacer y el ID de la solicitud.",
    },
    request_timeout: {
      title: "La solicitud llegó demasiado lento",
      detail: "Los datos de la solicitud llegaron demasiado lento y se dejó de esperarlos.",
      action: "Revise su conexión a internet y envíe los datos de nuevo. Un archivo más pequeño también puede ayudar.",
    },
    body_too_large: {
      title: "Demasiados datos",
      detail: "La solicitud contiene más datos de los que este servicio acepta.",
      action: "Elija un archivo más pequeño o envíe menos datos a la vez.",
    },
    unsupported_media_type: {
      title: "Tipo de contenido no admitido",
      detail: "Este servicio no acepta contenido de este tipo.",
      action: "Si envió un archivo, elija uno de otro tipo. De lo contrario, contacte con soporte.",
    },
    idempotency_in_flight: {
      title: "Solicitud ya en curso",
      detail: "La misma solicitud, con la misma clave de idempotencia, todavía está en curso.",
      action: "Espere un momento y vuelva a mirar. No hace falta iniciarla de nuevo.",
    },
    idempotency_key_reused: {
      title: "Clave de otra solicitud",
      detail: "La clave de idempotencia ya se usó para otra solicitud.",
      action: "Inicie una nueva solicitud con una clave nueva.",
    },
    answer_expired: {
      title: "Respuesta ya no conservada",
      detail: "Esta solicitud ya se llevó a cabo, y su respuesta ya no se conserva aquí.",
      action: "Mire lo que ha creado. Inicie una nueva solicitud solo si lo quiere por segunda vez.",
    },
    call_cancelled: {
      title: "Llamada cancelada",
      detail: "La llamada se canceló antes de enviarse.",
      action: "Si todavía la necesita, inicie una nueva solicitud.",
    },
    input_invalid: {
      title: "Los datos no encajan",
      detail: "Los datos no son los que se esperaban aquí.",
      action: "Corrija lo que se indica e inténtelo de nuevo.",
    },
    notification_not_failed: {
      title: "La notificación no ha fallado",
      detail:
        "Solo se puede reenviar una notificación que ha fallado. Esta todavía se está intentando entregar o ya ha llegado.",
      action: "Consulte el estado de la notificación.",
    },
    idempotency_key_required: {
      title: "Falta Idempotency-Key",
      detail: "Una solicitud que gasta créditos necesita aquí un Idempotency-Key, para que nunca se cobre dos veces.",
      action: "Contacte con soporte: el producto debe enviar una clave propia con cada solicitud de este tipo.",
    },
    operation_not_allowed: {
      title: "Operación no permitida",
      detail: "La clave utilizada solo permite ciertas operaciones, y esta no es una de ellas.",
      action: "Si necesita esta operación, pida al operador del producto que la permita.",
    },
    sheet_not_allowed: {
      title: "Hoja no permitida",
      detail: "La clave utilizada está limitada a ciertas hojas, y esta solicitud no es para ninguna de ellas.",
      action: "Elija otra hoja o pida al operador del producto acceso a esta.",
    },
    generation_not_allowed: {
      title: "Generación no permitida",
      detail: "La clave utilizada no permite este tipo de generación, este modelo o esta duración.",
      action: "Elija otro tipo, modelo o duración, o pida al operador del producto que lo permita.",
    },
    price_over_limit: {
      title: "Precio por encima del límite",
      detail: "Esto costaría más créditos de los que la clave utilizada puede gastar en una llamada.",
      action: "Pida algo más corto o más sencillo, o solicite un límite más alto al operador del producto.",
    },
    price_unknown: {
      title: "Precio desconocido",
      detail:
        "La clave utilizada solo puede pedir lo que tiene un precio conocido, y GEN, el servicio de vídeo, no indica ninguno para esto.",
      action: "Pida otra cosa, o solicite al operador del producto que lo permita.",
    },
    rate_limited: {
      title: "Demasiadas solicitudes",
      detail: "Llegaron demasiadas solicitudes en poco tiempo.",
      action: "Espere un poco e inténtelo de nuevo.",
    },
    charges_paused: {
      title: "Acciones de pago en pausa",
      detail: "Todo lo que gasta créditos está desactivado en este momento.",
      action: "Inténtelo más tarde o pregunte al operador del producto cuándo se activará de nuevo.",
    },
    sign_in_unavailable: {
      title: "No se pudo comprobar la sesión",
      detail: "No se pudo comprobar su inicio de sesión porque el servicio correspondiente no responde.",
      action: "Espere un momento e inténtelo de nuevo.",
    },
    quota_exhausted: {
      title: "Límite diario alcanzado",
      detail: "Esto superaría las llamadas de pago o los créditos que la clave utilizada puede gastar hoy.",
      action: "Espere hasta mañana (UTC) o pida al operador del producto un límite más alto.",
    },
    too_many_watchers: {
      title: "Demasiados observadores",
      detail: "Demasiados lectores siguen esta generación al mismo tiempo.",
      action: "Consulte su estado de vez en cuando en lugar de seguirla.",
    },
    outcome_pending: {
      title: "Resultado aún pendiente",
      detail:
        "GEN, el servicio de vídeo, todavía no ha dado una respuesta clara. La solicitud se sigue aquí hasta que la dé.",
      action: "Espere unos minutos y mire si el resultado ya está. No lo inicie por segunda vez.",
    },
    not_taken_in_time: {
      title: "No se aceptó a tiempo",
      detail: "Este servicio tardó demasiado en aceptar lo enviado.",
      action: "Envíe lo mismo de nuevo: nada se hará dos veces.",
    },
    internal: {
      title: "Error en este servicio",
      detail: "Un error de este servicio detuvo la solicitud. No se debe a usted.",
      action: "Contacte con soporte e indique el ID de la solicitud.",
    },
    gen_bad_response: {
      title: "Respuesta inesperada de GEN",
      detail: "GEN, el servicio de vídeo, dio una respuesta que no se pudo interpretar.",
      action: "Contacte con soporte e indique el ID de la solicitud.",
    },
    gen_unreachable: {
      title: "Conexión con GEN perdida",
      detail: "Se perdió la conexión con GEN, el servicio de video.",
      action: "Espere un momento e inténtelo de nuevo. Si el problema continúa, contacte con soporte.",
    },
    outcome_unknown: {
      title: "Resultado desconocido",
      detail:
        "GEN, el servicio de vídeo, no dio una respuesta clara. Es posible que lo solicitado se haya realizado o no.",
      action: "Compruebe primero si el resultado ya existe. Inténtelo de nuevo solo si no es así.",
    },
    gen_rate_limited: {
      title: "GEN está ocupado",
      detail: "GEN, el servicio de vídeo, está atendiendo muchas solicitudes.",
      action: "Espere un poco e inténtelo de nuevo.",
    },
    gen_unavailable: {
      title: "GEN no está disponible",
      detail: "GEN, el servicio de vídeo, tiene problemas en este momento.",
      action: "Espere unos minutos e inténtelo de nuevo.",
    },
    gen_timeout: {
      title: "GEN tardó demasiado",
      detail: "GEN, el servicio de vídeo, no respondió a tiempo.",
      action: "Espere un momento e inténtelo de nuevo. Si el problema continúa, contacte con soporte.",
    },
    gen_rejected_request: {
      title: "GEN rechazó la solicitud",
      detail: "GEN, el servicio de vídeo, rechazó esta solicitud. El motivo no se puede mostrar aquí.",
      action: "Revise los datos introducidos. Si son correctos, contacte con soporte e indique el ID de la solicitud.",
    },
    gen_key_rejected: {
      title: "Sin acceso a GEN",
      detail:
        "GEN, el servicio de vídeo, rechazó el acceso de este servicio. No se debe a usted; ya se avisó al responsable del producto.",
      action: "No hace falta que cambie nada. Espere a que el responsable restablezca el acceso.",
    },
    payment_required: {
      title: "Se requiere un pago",
      detail: "El espacio de trabajo debe pagar en GEN, el servicio de vídeo, para que esto sea posible.",
      action: "Compre créditos en GEN, en la página de facturación del espacio de trabajo.",
    },
    permission_denied: {
      title: "Sin acceso a este elemento",
      detail: "No hay acceso a este elemento en GEN, el servicio de vídeo, o no hay permiso para hacer esto con él.",
      action: "Compruebe que eligió el elemento correcto. Si es así, pida acceso al responsable del producto.",
    },
    not_found: {
      title: "Elemento no encontrado",
      detail: "Este elemento no existe, o no hay acceso a él.",
      action: "Vuelva a cargar la lista y compruebe que el elemento aún existe.",
    },
    spreadsheet_not_found: {
      title: "Hoja no encontrada",
      detail: "GEN, el servicio de vídeo, no encontró esta hoja para este agente.",
      action: "Compruebe la hoja y el agente al que pertenece.",
    },
    project_not_found: {
      title: "Proyecto no encontrado",
      detail: "GEN, el servicio de vídeo, no encontró este proyecto, o no hay acceso a él.",
      action: "Vuelva a cargar la lista de proyectos y elija uno.",
    },
    user_job_not_found: {
      title: "Tarea no encontrada",
      detail: "GEN, el servicio de vídeo, no encontró esta tarea, o no hay acceso a ella.",
      action: "Vuelva a cargar la lista de tareas y elija una.",
    },
    user_voice_resource_not_found: {
      title: "Voz no encontrada",
      detail: "GEN, el servicio de vídeo, no encontró esta voz, o no hay acceso a ella.",
      action: "Vuelva a cargar la lista de voces y elija una.",
    },
    character_not_found: {
      title: "Personaje no encontrado",
      detail: "GEN, el servicio de vídeo, no encontró este personaje, o no hay acceso a él.",
      action: "Vuelva a cargar la lista de personajes y elija uno.",
    },
    look_not_found: {
      title: "Aspecto no encontrado",
      detail: "GEN, el servicio de vídeo, no encontró este aspecto, o no hay acceso a él.",
      action: "Vuelva a cargar el personaje y elija uno de sus aspectos.",
    },
    talking_character_not_found: {
      title: "Personaje parlante no encontrado",
      detail: "GEN, el servicio de vídeo, no encontró este personaje parlante, o no hay acceso a él.",
      action: "Vuelva a cargar el personaje y elija uno de sus personajes parlantes.",
    },
    avatar_not_found: {
      title: "Avatar no encontrado",
      detail: "GEN, el servicio de vídeo, no encontró este avatar, o no hay acceso a él.",
      action: "Vuelva a cargar la lista de avatares y elija uno.",
    },
    change_set_not_found: {
      title: "Cambios no encontrados",
      detail: "GEN, el servicio de vídeo, no encontró este grupo de cambios en la hoja.",
      action: "Vuelva a cargar la hoja y revise los últimos cambios.",
    },
    agent_not_found: {
      title: "Agente no encontrado",
      detail: "GEN, el servicio de vídeo, no encontró este agente, o no hay acceso a él.",
      action: "Vuelva a cargar la lista de agentes y elija uno.",
    },
    organization_not_found: {
      title: "Organización no encontrada",
      detail: "GEN, el servicio de vídeo, no encontró esta organización, o no hay acceso a ella.",
      action: "Vuelva a cargar la lista de organizaciones y elija una.",
    },
    usable_gen_credit_required: {
      title: "Sin créditos utilizables",
      detail: "El espacio de trabajo no tiene créditos que se puedan usar en GEN, el servicio de video.",
      action: "Compre créditos en GEN, en la página de facturación del espacio de trabajo.",
    },
    no_active_credit_purchase: {
      title: "Sin compra de créditos activa",
      detail:
        "Para esto se necesitan créditos activos en GEN, el servicio de vídeo, y el espacio de trabajo no los tiene.",
      action: "Compre créditos en GEN, en la página de facturación del espacio de trabajo.",
    },
    insufficient_credits_for_job: {
      title: "Créditos insuficientes",
      detail: "El espacio de trabajo no tiene suficientes créditos en GEN, el servicio de vídeo, para esta tarea.",
      action:
        "Compre más créditos en GEN, en la página de facturación del espacio de trabajo, o elija algo más pequeño.",
    },
    job_cannot_be_stopped: {
      title: "La tarea ya no puede detenerse",
      detail: "La tarea no se puede detener porque ya terminó.",
      action: "Consulte el estado de la tarea y su resultado.",
    },
    job_status_invalid: {
      title: "No es posible en este estado",
      detail: "El estado de la tarea no permite esta acción. Lo más probable es que ya haya terminado.",
      action: "Consulte el estado de la tarea y decida después qué hacer.",
    },
    undo_conflict: {
      title: "No se puede deshacer",
      detail: "La hoja se modificó mientras tanto, por lo que el cambio no se puede deshacer.",
      action: "Vuelva a cargar la hoja, revise los últimos cambios y decida después qué hacer.",
    },
    redo_conflict: {
      title: "No se puede rehacer",
      detail: "La hoja se modificó mientras tanto, por lo que el cambio no se puede rehacer.",
      action: "Vuelva a cargar la hoja, revise los últimos cambios y decida después qué hacer.",
    },
    nothing_to_undo: {
      title: "Nada que deshacer",
      detail: "No hay ningún cambio en la hoja que se pueda deshacer.",
      action: "Si esperaba un cambio, vuelva a cargar la hoja.",
    },
    nothing_to_redo: {
      title: "Nada que rehacer",
      detail: "No hay ningún cambio deshecho en la hoja que se pueda rehacer.",
      action: "Si esperaba un cambio, vuelva a cargar la hoja.",
    },
    queue_full: {
      title: "Demasiados mensajes en espera",
      detail: "Ya hay demasiados mensajes en espera en esta conversación.",
      action: "Espere a que se procesen algunos o elimine uno.",
    },
    invalid_transition: {
      title: "Cambio no posible ahora",
      detail: "El mensaje no se puede cambiar de esta forma en su estado actual.",
      action: "Vuelva a cargar la conversación y consulte el estado del mensaje.",
    },
    already_sent: {
      title: "Mensaje ya enviado",
      detail: "El mensaje ya se envió y no se puede cambiar.",
      action: "Vuelva a cargar la conversación. Si falta algo, escriba un mensaje nuevo.",
    },
    idempotency_conflict: {
      title: "Clave de idempotencia ya usada",
      detail: "La misma clave de idempotencia ya se usó para una solicitud diferente.",
      action:
        "Compruebe si la solicitud anterior hizo lo que desea. Si no, inicie una solicitud nueva con una clave nueva.",
    },
    generation_busy: {
      title: "La generación ya está continuando",
      detail: "Esta generación ya se está continuando.",
      action: "Espere un poco y consulte su estado.",
    },
    validation_error: {
      title: "Error en los datos",
      detail: "GEN, el servicio de vídeo, encontró un error en los datos introducidos.",
      action: "Corrija los datos y envíelos de nuevo.",
    },
    invalid_action: {
      title: "Acción de hoja no válida",
      detail: "GEN, el servicio de vídeo, encontró un error en una acción sobre la hoja.",
      action: "Corrija la acción y envíela de nuevo.",
    },
    file_size_exceeded: {
      title: "Archivo demasiado grande",
      detail: "El archivo es más grande de lo que acepta GEN, el servicio de video.",
      action: "Elija un archivo más pequeño o reduzca el tamaño de este.",
    },
    invalid_content_type: {
      title: "Tipo de archivo no aceptado",
      detail: "GEN, el servicio de vídeo, no acepta aquí contenido de este tipo.",
      action: "Elija un archivo de otro tipo.",
    },
    voice_id_required: {
      title: "Falta la voz",
      detail: "Para esto se necesita una voz y no se eligió ninguna.",
      action: "Elija una voz y envíe los datos de nuevo.",
    },
    invalid_api_key: {
      title: "Clave de voz no aceptada",
      detail: "La clave del proveedor de voces no fue aceptada.",
      action: "Copie de nuevo la clave del proveedor de voces y guárdela en los ajustes de voz.",
    },
    agent_creation_failed: {
      title: "Agente no creado",
      detail: "GEN, el servicio de vídeo, no pudo crear el agente.",
      action: "Revise los datos del agente y corríjalos.",
    },
    agent_update_failed: {
      title: "Agente no modificado",
      detail: "GEN, el servicio de vídeo, no pudo guardar los cambios del agente.",
      action: "Revise los cambios del agente y corríjalos.",
    },
    avatar_creation_failed: {
      title: "Avatar no creado",
      detail: "GEN, el servicio de vídeo, no pudo crear el avatar.",
      action: "Revise los datos del avatar y su imagen.",
    },
    avatar_update_failed: {
      title: "Avatar no modificado",
      detail: "GEN, el servicio de vídeo, no pudo guardar los cambios del avatar.",
      action: "Revise los cambios del avatar y corríjalos.",
    },
    content_resource_creation_failed: {
      title: "Recurso no creado",
      detail: "GEN, el servicio de vídeo, no pudo crear el recurso.",
      action: "Revise el archivo y los datos introducidos, y corríjalos.",
    },
    direct_upload_failed: {
      title: "Carga no aceptada",
      detail: "GEN, el servicio de vídeo, no aceptó la carga del archivo.",
      action: "Revise el tipo y el tamaño del archivo, o elija otro.",
    },
    folder_removal_failed: {
      title: "Carpeta no eliminada",
      detail: "GEN, el servicio de vídeo, no pudo eliminar la carpeta.",
      action: "Revise qué contiene la carpeta y si aún está en uso.",
    },
    platform_validation_failed: {
      title: "Publicación no adecuada",
      detail: "La publicación no cumple las reglas de al menos una plataforma.",
      action: "Corrija la publicación para esa plataforma o quite la plataforma.",
    },
    post_not_published: {
      title: "Contenido no publicado",
      detail: "La publicación no está publicada, y GEN, el servicio de vídeo, no pudo hacer lo solicitado.",
      action: "Consulte el estado de la publicación y corrija lo indicado.",
    },
    tiktok_private_only: {
      title: "Solo privado en TikTok",
      detail: "TikTok solo acepta publicaciones privadas de esta cuenta en este momento.",
      action: "Configure la publicación como privada o elija otra cuenta.",
    },
  },
  reasons: {
    agent_id_repeated:
      "agent_id aparece dos veces en un lugar, o difiere entre dos; escríbalo una sola vez, o igual en la ruta, la consulta y el cuerpo.",
    agent_id_in_brackets:
      "agent_id aparece en un nombre con corchetes, anidado o escrito de otro modo; escríbalo simplemente como agent_id.",
    agent_id_missing:
      "Esta clave está limitada a ciertos agentes, por lo que la solicitud debe indicar uno en agent_id.",
    agent_id_not_scalar: "agent_id debe ser una sola cadena o un solo número, no una lista ni un objeto.",
    body_not_json: "El cuerpo no es JSON válido.",
    body_not_form:
      "El formulario no se pudo leer con certeza: los campos necesitan UTF-8 y & entre ellos; las partes, un nombre, CRLF y un delimitador final.",
    body_must_be_json: "Esta operación solo acepta un cuerpo JSON; envíelo con Content-Type: application/json.",
    json_member_repeated: "Un nombre aparece dos veces en un mismo objeto del cuerpo JSON.",
    field_overrides: "Los campos como _method, que convierten la solicitud en otra, no se transmiten.",
    body_cut: "La conexión terminó antes de que llegara todo el cuerpo.",
    content_encoding_not_supported: "Este Content-Encoding no se admite; envíe el cuerpo sin compresión.",
    content_type_missing: "La solicitud tiene cuerpo, pero no Content-Type.",
    content_type_not_supported:
      "Content-Type debe ser application/json, application/x-www-form-urlencoded o multipart/form-data con un solo boundary, en UTF-8.",
    idempotency_key_malformed: "Una clave de idempotencia debe tener de 1 a 255 caracteres ASCII imprimibles.",
    idempotency_key_repeated:
      "El encabezado y el cuerpo contienen dos claves de idempotencia distintas; envíe una sola.",
    path_malformed:
      "La ruta contiene segmentos de puntos, barras codificadas, barras invertidas o caracteres de control.",
    query_malformed: "No se pudo leer la cadena de consulta.",
    query_ambiguous:
      "La consulta debe ser UTF-8 con codificación porcentual, con & y sin punto y coma entre sus campos.",
    key_missing: "Falta la clave; envíe X-API-Key o Authorization: Bearer.",
    key_malformed:
      "La clave no tiene el formato de las claves de este servicio; compruebe que se haya copiado completa.",
    key_unknown: "La clave es desconocida, fue revocada o ha caducado.",
    key_expired: "La clave ha caducado.",
    body_over_limit_for_confined:
      "Con una clave limitada a ciertos agentes, un cuerpo de más de 1 MiB debe ser multipart.",
    token_refused: "El token no es válido aquí: por su firma, emisor, audiencia, plazos o política.",
    ticket_refused: "El ticket no es válido para esto o ha caducado.",
    upload_not_canonical:
      "Un cuerpo multipart de más de este tamaño debe escribirse como lo hacen los navegadores: CRLF, nombres entre comillas, solo Content-Disposition y Content-Type, nada antes ni después de las partes.",
    resolution_malformed: "El cuerpo debe ser JSON con un solo miembro: charged, true o false.",
    origin_on_admin: "Las operaciones administrativas nunca están abiertas a navegadores; llámelas desde un servidor.",
  },
  charged: {
    no: "No se gastaron créditos.",
    yes: "Se gastaron créditos en esto.",
    unknown: "Aún no se sabe si se gastaron créditos.",
  },
  retry: {
    yes: "Intentarlo de nuevo puede ayudar.",
    after: "Intentarlo de nuevo dentro de {seconds} s puede ayudar.",
    no: "Intentarlo de nuevo sin cambiar nada no ayudará.",
    same_key:
      "Intentarlo de nuevo puede ayudar, pero solo con la misma Idempotency-Key: con ella nada se hace ni se cobra dos veces.",
  },
  page: {
    what_happened: "Qué ocurrió",
    what_to_do: "Qué hacer",
    http_status: "Estado HTTP",
    trying_again: "Nuevo intento",
    credits: "Créditos",
    all_codes: "Todos los códigos de error",
    code_unknown: "No existe este código de error.",
    charged_varies: "Cada respuesta indica en su miembro `charged` si se gastaron créditos.",
    retry_varies: "Cada respuesta indica en su miembro `retryable` si intentarlo de nuevo puede ayudar.",
  },
};
