SELECT result_status, result_code, result_message FROM "saga".command WHERE partition = $1 AND id = $2
