import type { Messages } from "./messages.ts";

export const pt: Messages = {
  problems: {
    bad_request: {
      title: "A solicitação contém um erro",
      detail: "A solicitação contém um erro e, por isso, não foi encaminhada.",
      action: "Verifique os dados inseridos. Se estiverem corretos, contate o suporte e informe o ID da solicitação.",
    },
    unauthorized: {
      title: "Chave válida necessária",
      detail: "A solicitação chegou sem uma chave válida para este serviço.",
      action: "Entre novamente no produto. Se isso não resolver, contate o suporte.",
    },
    scope_required: {
      title: "Ação não permitida",
      detail: "A chave usada não permite esta ação.",
      action: "Se precisar desta ação, peça ao responsável pelo produto que a libere.",
    },
    agent_not_allowed: {
      title: "Agente não permitido",
      detail: "A chave usada é limitada a certos agentes, e esta solicitação não é para nenhum deles.",
      action: "Escolha outro agente ou peça ao responsável pelo produto acesso a este.",
    },
    origin_not_allowed: {
      title: "Site não permitido",
      detail: "Este site não pode usar a chave enviada.",
      action: "Abra o produto no endereço habitual. Se já estiver nele, contate o suporte.",
    },
    unknown_operation: {
      title: "Operação não oferecida",
      detail: "O produto pediu uma operação do GEN, o serviço de vídeo, que não é oferecida aqui.",
      action: "Informe ao suporte o que queria fazer e o ID da solicitação.",
    },
    route_not_found: {
      title: "Endereço não encontrado",
      detail: "Não há nada no endereço solicitado.",
      action: "Verifique o endereço. Se chegou por um link ou um botão, contate o suporte.",
    },
    method_not_allowed: {
      title: "Método não permitido",
      detail: "O endereço existe, mas não para este tipo de solicitação.",
      action: "Informe ao suporte o que queria fazer e o ID da solicitação.",
    },
    request_timeout: {
      title: "A solicitação chegou muito devagar",
      detail: "Os dados da solicitação chegaram muito devagar, e a espera por eles foi encerrada.",
      action: "Verifique sua conexão com a internet e envie novamente. Um arquivo menor também pode ajudar.",
    },
    body_too_large: {
      title: "Dados em excesso",
      detail: "A solicitação contém mais dados do que este serviço aceita.",
      action: "Escolha um arquivo menor ou envie menos dados de cada vez.",
    },
    unsupported_media_type: {
      title: "Tipo de conteúdo não aceito",
      detail: "Este serviço não aceita conteúdo deste tipo.",
      action: "Se enviou um arquivo, escolha um de outro tipo. Caso contrário, contate o suporte.",
    },
    idempotency_in_flight: {
      title: "Pedido já em andamento",
      detail: "O mesmo pedido, com a mesma chave de idempotência, ainda está em andamento.",
      action: "Aguarde um momento e olhe de novo. Não é preciso iniciar outra vez.",
    },
    idempotency_key_reused: {
      title: "Chave de outro pedido",
      detail: "A chave de idempotência já foi usada em outro pedido.",
      action: "Faça um novo pedido com uma chave nova.",
    },
    answer_expired: {
      title: "Resposta não é mais guardada",
      detail: "Este pedido já foi executado, e a resposta dele não é mais guardada aqui.",
      action: "Veja o que ele criou. Faça um novo pedido só se quiser isso uma segunda vez.",
    },
    call_cancelled: {
      title: "Chamada cancelada",
      detail: "A chamada foi cancelada antes de ser enviada.",
      action: "Se ainda precisar dela, faça um novo pedido.",
    },
    input_invalid: {
      title: "Os dados não servem",
      detail: "Os dados não são os esperados aqui.",
      action: "Corrija o que está indicado e tente de novo.",
    },
    notification_not_failed: {
      title: "A notificação não falhou",
      detail:
        "Só uma notificação que falhou pode ser enviada de novo. Esta ainda está em tentativa de entrega ou já chegou.",
      action: "Consulte o estado da notificação.",
    },
    idempotency_key_required: {
      title: "Falta a Idempotency-Key",
      detail: "Um pedido que gasta créditos precisa aqui de uma Idempotency-Key, para nunca ser cobrado duas vezes.",
      action: "Contacte o suporte: o produto deve enviar uma chave própria com cada pedido deste tipo.",
    },
    operation_not_allowed: {
      title: "Operação não permitida",
      detail: "A chave usada só permite certas operações, e esta não é uma delas.",
      action: "Se precisar desta operação, peça ao operador do produto que a permita.",
    },
    sheet_not_allowed: {
      title: "Folha não permitida",
      detail: "A chave usada está limitada a certas folhas, e este pedido não é para nenhuma delas.",
      action: "Escolha outra folha ou peça ao operador do produto acesso a esta.",
    },
    generation_not_allowed: {
      title: "Geração não permitida",
      detail: "A chave usada não permite este tipo de geração, este modelo ou esta duração.",
      action: "Escolha outro tipo, modelo ou duração, ou peça ao operador do produto que o permita.",
    },
    price_over_limit: {
      title: "Preço acima do limite",
      detail: "Isto custaria mais créditos do que a chave usada pode gastar em uma chamada.",
      action: "Escolha algo mais curto ou mais simples, ou peça ao operador do produto um limite mais alto.",
    },
    price_unknown: {
      title: "Preço desconhecido",
      detail:
        "A chave usada só pode pedir o que tem um preço conhecido, e o GEN, o serviço de vídeo, não indica nenhum para isto.",
      action: "Escolha outra coisa, ou peça ao operador do produto que o permita.",
    },
    rate_limited: {
      title: "Pedidos demais",
      detail: "Chegaram pedidos demais em pouco tempo.",
      action: "Espere um pouco e tente de novo.",
    },
    charges_paused: {
      title: "Ações pagas em pausa",
      detail: "Tudo o que gasta créditos está desligado neste momento.",
      action: "Tente mais tarde ou pergunte ao operador do produto quando será ligado de novo.",
    },
    sign_in_unavailable: {
      title: "Não foi possível verificar a sessão",
      detail: "Não foi possível verificar a sua sessão, porque o serviço de início de sessão não responde.",
      action: "Espere um momento e tente de novo.",
    },
    quota_exhausted: {
      title: "Limite diário atingido",
      detail: "Isto ultrapassaria as chamadas pagas ou os créditos que a chave usada pode gastar hoje.",
      action: "Espere até amanhã (UTC) ou peça ao operador do produto um limite mais alto.",
    },
    too_many_watchers: {
      title: "Observadores demais",
      detail: "Leitores demais acompanham esta geração ao mesmo tempo.",
      action: "Consulte o estado dela de vez em quando em vez de acompanhá-la.",
    },
    outcome_pending: {
      title: "Resultado ainda em aberto",
      detail: "O GEN, o serviço de vídeo, ainda não deu uma resposta clara. O pedido é acompanhado aqui até que dê.",
      action: "Aguarde alguns minutos e veja se o resultado já está pronto. Não inicie uma segunda vez.",
    },
    not_taken_in_time: {
      title: "Não foi aceito a tempo",
      detail: "Este serviço demorou demais para aceitar o que foi enviado.",
      action: "Envie o mesmo novamente: nada será feito duas vezes.",
    },
    internal: {
      title: "Erro neste serviço",
      detail: "Um erro neste serviço interrompeu a solicitação. Não é culpa sua.",
      action: "Contate o suporte e informe o ID da solicitação.",
    },
    gen_bad_response: {
      title: "Resposta inesperada do GEN",
      detail: "O GEN, o serviço de vídeo, deu uma resposta que não pôde ser entendida.",
      action: "Contate o suporte e informe o ID da solicitação.",
    },
    gen_unreachable: {
      title: "Conexão com o GEN perdida",
      detail: "A conexão com o GEN, o serviço de vídeo, foi perdida.",
      action: "Aguarde um momento e tente novamente. Se o problema continuar, contate o suporte.",
    },
    outcome_unknown: {
      title: "Resultado desconhecido",
      detail: "O GEN, o serviço de vídeo, não deu uma resposta clara. O que foi pedido pode ter sido feito ou não.",
      action: "Verifique primeiro se o resultado já existe. Tente novamente somente se não existir.",
    },
    gen_rate_limited: {
      title: "O GEN está ocupado",
      detail: "O GEN, o serviço de vídeo, está atendendo muitas solicitações.",
      action: "Aguarde um pouco e tente novamente.",
    },
    gen_unavailable: {
      title: "O GEN não está disponível",
      detail: "O GEN, o serviço de vídeo, está com problemas no momento.",
      action: "Aguarde alguns minutos e tente novamente.",
    },
    gen_timeout: {
      title: "O GEN demorou demais",
      detail: "O GEN, o serviço de vídeo, não respondeu a tempo.",
      action: "Aguarde um momento e tente novamente. Se o problema continuar, contate o suporte.",
    },
    gen_rejected_request: {
      title: "O GEN recusou a solicitação",
      detail: "O GEN, o serviço de vídeo, recusou esta solicitação. O motivo não pode ser mostrado aqui.",
      action: "Verifique os dados inseridos. Se estiverem corretos, contate o suporte e informe o ID da solicitação.",
    },
    gen_key_rejected: {
      title: "Sem acesso ao GEN",
      detail:
        "O GEN, o serviço de vídeo, recusou o acesso deste serviço. Não é culpa sua; o responsável pelo produto já foi avisado.",
      action: "Não é preciso mudar nada. Aguarde até que o responsável restabeleça o acesso.",
    },
    payment_required: {
      title: "Pagamento necessário",
      detail: "O espaço de trabalho precisa pagar no GEN, o serviço de vídeo, para que isso seja possível.",
      action: "Compre créditos no GEN, na página de faturamento do espaço de trabalho.",
    },
    permission_denied: {
      title: "Sem acesso a este item",
      detail: "Não há acesso a este item no GEN, o serviço de vídeo, ou não há permissão para fazer isso com ele.",
      action: "Verifique se escolheu o item certo. Se sim, peça acesso ao responsável pelo produto.",
    },
    not_found: {
      title: "Item não encontrado",
      detail: "Este item não existe, ou não há acesso a ele.",
      action: "Recarregue a lista e verifique se o item ainda existe.",
    },
    spreadsheet_not_found: {
      title: "Planilha não encontrada",
      detail: "O GEN, o serviço de vídeo, não encontrou esta planilha para este agente.",
      action: "Verifique a planilha e o agente ao qual ela pertence.",
    },
    project_not_found: {
      title: "Projeto não encontrado",
      detail: "O GEN, o serviço de vídeo, não encontrou este projeto, ou não há acesso a ele.",
      action: "Recarregue a lista de projetos e escolha um.",
    },
    user_job_not_found: {
      title: "Tarefa não encontrada",
      detail: "O GEN, o serviço de vídeo, não encontrou esta tarefa, ou não há acesso a ela.",
      action: "Recarregue a lista de tarefas e escolha uma.",
    },
    user_voice_resource_not_found: {
      title: "Voz não encontrada",
      detail: "O GEN, o serviço de vídeo, não encontrou esta voz, ou não há acesso a ela.",
      action: "Recarregue a lista de vozes e escolha uma.",
    },
    character_not_found: {
      title: "Personagem não encontrado",
      detail: "O GEN, o serviço de vídeo, não encontrou este personagem, ou não há acesso a ele.",
      action: "Recarregue a lista de personagens e escolha um.",
    },
    look_not_found: {
      title: "Visual não encontrado",
      detail: "O GEN, o serviço de vídeo, não encontrou este visual, ou não há acesso a ele.",
      action: "Recarregue o personagem e escolha um de seus visuais.",
    },
    talking_character_not_found: {
      title: "Personagem falante não encontrado",
      detail: "O GEN, o serviço de vídeo, não encontrou este personagem falante, ou não há acesso a ele.",
      action: "Recarregue o personagem e escolha um de seus personagens falantes.",
    },
    avatar_not_found: {
      title: "Avatar não encontrado",
      detail: "O GEN, o serviço de vídeo, não encontrou este avatar, ou não há acesso a ele.",
      action: "Recarregue a lista de avatares e escolha um.",
    },
    change_set_not_found: {
      title: "Alterações não encontradas",
      detail: "O GEN, o serviço de vídeo, não encontrou este grupo de alterações na planilha.",
      action: "Recarregue a planilha e veja as últimas alterações.",
    },
    agent_not_found: {
      title: "Agente não encontrado",
      detail: "O GEN, o serviço de vídeo, não encontrou este agente, ou não há acesso a ele.",
      action: "Recarregue a lista de agentes e escolha um.",
    },
    organization_not_found: {
      title: "Organização não encontrada",
      detail: "O GEN, o serviço de vídeo, não encontrou esta organização, ou não há acesso a ela.",
      action: "Recarregue a lista de organizações e escolha uma.",
    },
    usable_gen_credit_required: {
      title: "Sem créditos utilizáveis",
      detail: "O espaço de trabalho não tem créditos que possam ser usados no GEN, o serviço de vídeo.",
      action: "Compre créditos no GEN, na página de faturamento do espaço de trabalho.",
    },
    no_active_credit_purchase: {
      title: "Sem compra de créditos ativa",
      detail: "Isso exige créditos ativos no GEN, o serviço de vídeo, e o espaço de trabalho não tem nenhum.",
      action: "Compre créditos no GEN, na página de faturamento do espaço de trabalho.",
    },
    insufficient_credits_for_job: {
      title: "Créditos insuficientes",
      detail: "O espaço de trabalho não tem créditos suficientes no GEN, o serviço de vídeo, para esta tarefa.",
      action: "Compre mais créditos no GEN, na página de faturamento do espaço de trabalho, ou escolha algo menor.",
    },
    job_cannot_be_stopped: {
      title: "Não é possível parar a tarefa",
      detail: "A tarefa não pode ser interrompida porque já terminou.",
      action: "Veja o status da tarefa e o resultado.",
    },
    job_status_invalid: {
      title: "Não é possível neste status",
      detail: "O status da tarefa não permite esta ação. O mais provável é que ela já tenha terminado.",
      action: "Veja o status da tarefa e depois decida o que fazer.",
    },
    undo_conflict: {
      title: "Não é possível desfazer",
      detail: "A planilha foi alterada nesse meio-tempo, por isso a alteração não pode ser desfeita.",
      action: "Recarregue a planilha, veja as últimas alterações e depois decida o que fazer.",
    },
    redo_conflict: {
      title: "Não é possível refazer",
      detail: "A planilha foi alterada nesse meio-tempo, por isso a alteração não pode ser refeita.",
      action: "Recarregue a planilha, veja as últimas alterações e depois decida o que fazer.",
    },
    nothing_to_undo: {
      title: "Nada para desfazer",
      detail: "Não há nenhuma alteração na planilha que possa ser desfeita.",
      action: "Se esperava uma alteração, recarregue a planilha.",
    },
    nothing_to_redo: {
      title: "Nada para refazer",
      detail: "Não há nenhuma alteração desfeita na planilha que possa ser refeita.",
      action: "Se esperava uma alteração, recarregue a planilha.",
    },
    queue_full: {
      title: "Muitas mensagens em espera",
      detail: "Já há mensagens demais em espera nesta conversa.",
      action: "Aguarde até que algumas sejam processadas ou remova uma.",
    },
    invalid_transition: {
      title: "Alteração não possível agora",
      detail: "A mensagem não pode ser alterada desta forma no estado atual.",
      action: "Recarregue a conversa e veja o estado da mensagem.",
    },
    already_sent: {
      title: "Mensagem já enviada",
      detail: "A mensagem já foi enviada e não pode mais ser alterada.",
      action: "Recarregue a conversa. Se faltar algo, escreva uma nova mensagem.",
    },
    idempotency_conflict: {
      title: "Chave de idempotência já usada",
      detail: "A mesma chave de idempotência já foi usada para uma solicitação diferente.",
      action:
        "Verifique se a solicitação anterior fez o que você quer. Se não, inicie uma nova solicitação com uma nova chave.",
    },
    generation_busy: {
      title: "A geração já está em continuação",
      detail: "Esta geração já está sendo continuada.",
      action: "Aguarde um pouco e depois veja o status.",
    },
    validation_error: {
      title: "Erro nos dados inseridos",
      detail: "O GEN, o serviço de vídeo, encontrou um erro nos dados inseridos.",
      action: "Corrija os dados e envie novamente.",
    },
    invalid_action: {
      title: "Ação de planilha inválida",
      detail: "O GEN, o serviço de vídeo, encontrou um erro em uma ação na planilha.",
      action: "Corrija a ação e envie novamente.",
    },
    file_size_exceeded: {
      title: "Arquivo grande demais",
      detail: "O arquivo é maior do que o GEN, o serviço de vídeo, aceita.",
      action: "Escolha um arquivo menor ou reduza o tamanho deste.",
    },
    invalid_content_type: {
      title: "Tipo de arquivo não aceito",
      detail: "O GEN, o serviço de vídeo, não aceita conteúdo deste tipo aqui.",
      action: "Escolha um arquivo de outro tipo.",
    },
    voice_id_required: {
      title: "Falta a voz",
      detail: "É necessária uma voz, e nenhuma foi escolhida.",
      action: "Escolha uma voz e envie novamente.",
    },
    invalid_api_key: {
      title: "Chave de voz não aceita",
      detail: "A chave do provedor de voz não foi aceita.",
      action: "Copie novamente a chave do provedor de voz e salve-a nas configurações de voz.",
    },
    agent_creation_failed: {
      title: "Agente não criado",
      detail: "O GEN, o serviço de vídeo, não conseguiu criar o agente.",
      action: "Verifique os dados do agente e corrija-os.",
    },
    agent_update_failed: {
      title: "Agente não alterado",
      detail: "O GEN, o serviço de vídeo, não conseguiu salvar as alterações do agente.",
      action: "Verifique as alterações do agente e corrija-as.",
    },
    avatar_creation_failed: {
      title: "Avatar não criado",
      detail: "O GEN, o serviço de vídeo, não conseguiu criar o avatar.",
      action: "Verifique os dados do avatar e a imagem.",
    },
    avatar_update_failed: {
      title: "Avatar não alterado",
      detail: "O GEN, o serviço de vídeo, não conseguiu salvar as alterações do avatar.",
      action: "Verifique as alterações do avatar e corrija-as.",
    },
    content_resource_creation_failed: {
      title: "Recurso não criado",
      detail: "O GEN, o serviço de vídeo, não conseguiu criar o recurso.",
      action: "Verifique o arquivo e os dados inseridos e corrija-os.",
    },
    direct_upload_failed: {
      title: "Envio de arquivo não aceito",
      detail: "O GEN, o serviço de vídeo, não aceitou o envio do arquivo.",
      action: "Verifique o tipo e o tamanho do arquivo ou escolha outro.",
    },
    folder_removal_failed: {
      title: "Pasta não removida",
      detail: "O GEN, o serviço de vídeo, não conseguiu remover a pasta.",
      action: "Veja o que há na pasta e se ela ainda está em uso.",
    },
    platform_validation_failed: {
      title: "Postagem não adequada",
      detail: "A postagem não atende às regras de pelo menos uma plataforma.",
      action: "Corrija a postagem para essa plataforma ou retire a plataforma.",
    },
    post_not_published: {
      title: "Postagem não publicada",
      detail: "A postagem não está publicada, e o GEN, o serviço de vídeo, não conseguiu fazer o que foi pedido.",
      action: "Veja o status da postagem e corrija o que for indicado.",
    },
    tiktok_private_only: {
      title: "Somente privado no TikTok",
      detail: "O TikTok aceita somente postagens privadas desta conta no momento.",
      action: "Defina a postagem como privada ou escolha outra conta.",
    },
  },
  reasons: {
    agent_id_repeated:
      "agent_id aparece duas vezes em um lugar, ou difere entre dois; escreva-o uma só vez, ou igual no caminho, na consulta e no corpo.",
    agent_id_in_brackets:
      "agent_id aparece em um nome com colchetes, aninhado ou com outra grafia; escreva simplesmente agent_id.",
    agent_id_missing: "Esta chave é limitada a certos agentes, por isso a solicitação deve indicar um em agent_id.",
    agent_id_not_scalar: "agent_id deve ser um único texto ou número, não uma lista nem um objeto.",
    body_not_json: "O corpo não é um JSON válido.",
    body_not_form:
      "Não foi possível ler o formulário com certeza: os campos precisam de UTF-8 e & entre eles; as partes, de um nome, CRLF e um delimitador final.",
    body_must_be_json: "Esta operação aceita apenas um corpo JSON; envie-o com Content-Type: application/json.",
    json_member_repeated: "Um nome aparece duas vezes em um mesmo objeto do corpo JSON.",
    field_overrides: "Campos como _method, que fazem da solicitação outra, não são repassados.",
    body_cut: "A conexão terminou antes que todo o corpo chegasse.",
    content_encoding_not_supported: "Este Content-Encoding não é aceito; envie o corpo sem compressão.",
    content_type_missing: "A solicitação tem corpo, mas não tem Content-Type.",
    content_type_not_supported:
      "Content-Type deve ser application/json, application/x-www-form-urlencoded ou multipart/form-data com um único boundary, em UTF-8.",
    idempotency_key_malformed: "Uma chave de idempotência deve ter de 1 a 255 caracteres ASCII imprimíveis.",
    idempotency_key_repeated: "O cabeçalho e o corpo contêm duas chaves de idempotência diferentes; envie só uma.",
    path_malformed:
      "O caminho contém segmentos de pontos, barras codificadas, barras invertidas ou caracteres de controle.",
    query_malformed: "Não foi possível ler a consulta da URL.",
    query_ambiguous:
      "A consulta deve ser UTF-8 com codificação percentual, com & e sem ponto e vírgula entre os campos.",
    key_missing: "Falta a chave; envie X-API-Key ou Authorization: Bearer.",
    key_malformed: "A chave não tem o formato das chaves deste serviço; verifique se foi copiada por inteiro.",
    key_unknown: "A chave é desconhecida, foi revogada ou expirou.",
    key_expired: "A chave expirou.",
    body_over_limit_for_confined:
      "Com uma chave limitada a certos agentes, um corpo acima de 1 MiB deve ser multipart.",
    token_refused: "O token não é válido aqui: pela assinatura, emissor, audiência, prazos ou política.",
    ticket_refused: "O bilhete não é válido para isto ou expirou.",
    upload_not_canonical:
      "Um corpo multipart acima deste tamanho deve ser escrito como os navegadores o escrevem: CRLF, nomes entre aspas, apenas Content-Disposition e Content-Type, nada antes nem depois das partes.",
    resolution_malformed: "O corpo deve ser JSON com um único membro: charged, true ou false.",
    origin_on_admin: "As operações administrativas nunca são abertas a navegadores; chame-as a partir de um servidor.",
  },
  charged: {
    no: "Nenhum crédito foi gasto.",
    yes: "Foram gastos créditos nisto.",
    unknown: "Ainda não se sabe se foram gastos créditos.",
  },
  retry: {
    yes: "Tentar novamente pode ajudar.",
    after: "Tentar novamente em {seconds} s pode ajudar.",
    no: "Tentar novamente sem mudar nada não vai ajudar.",
    same_key:
      "Tentar novamente pode ajudar, mas só com a mesma Idempotency-Key: com ela nada é feito nem cobrado duas vezes.",
  },
  page: {
    what_happened: "O que aconteceu",
    what_to_do: "O que fazer",
    http_status: "Status HTTP",
    trying_again: "Nova tentativa",
    credits: "Créditos",
    all_codes: "Todos os códigos de erro",
    code_unknown: "Este código de erro não existe.",
    charged_varies: "Cada resposta informa no membro `charged` se foram gastos créditos.",
    retry_varies: "Cada resposta informa no membro `retryable` se tentar novamente pode ajudar.",
  },
};
