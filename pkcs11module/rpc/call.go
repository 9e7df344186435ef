package rpc

import "context"

// call is a row of the protocol's table: what a request and its response carry,
// and who serves it. A call nobody serves is of a kind the token does not have:
// its request is read for the session alone.
type call struct {
	name            string
	request, answer string // signatures
	serve           func(ctx context.Context, m Module, in arguments, out *answer) error
}

// calls is the protocol's table, by number.
var calls = [...]call{
	CallInitialize:          {"C_Initialize", "ayyay", "", initialize},
	CallFinalize:            {"C_Finalize", "", "", finalize},
	CallGetInfo:             {"C_GetInfo", "", "vsusv", getInfo},
	CallGetSlotList:         {"C_GetSlotList", "yfu", "au", getSlotList},
	CallGetSlotInfo:         {"C_GetSlotInfo", "u", "ssuvv", getSlotInfo},
	CallGetTokenInfo:        {"C_GetTokenInfo", "u", "ssssuuuuuuuuuuuvvs", getTokenInfo},
	CallGetMechanismList:    {"C_GetMechanismList", "ufu", "au", getMechanismList},
	CallGetMechanismInfo:    {"C_GetMechanismInfo", "uu", "uuu", getMechanismInfo},
	CallInitToken:           {"C_InitToken", "uayz", "", initToken},
	CallOpenSession:         {"C_OpenSession", "uu", "u", openSession},
	CallCloseSession:        {"C_CloseSession", "u", "", closeSession},
	CallCloseAllSessions:    {"C_CloseAllSessions", "u", "", closeAllSessions},
	CallGetSessionInfo:      {"C_GetSessionInfo", "u", "uuuu", getSessionInfo},
	CallInitPIN:             {"C_InitPIN", "uay", "", initPIN},
	CallSetPIN:              {"C_SetPIN", "uayay", "", setPIN},
	CallGetOperationState:   {"C_GetOperationState", "ufy", "ay", nil},
	CallSetOperationState:   {"C_SetOperationState", "uayuu", "", nil},
	CallLogin:               {"C_Login", "uuay", "", login},
	CallLogout:              {"C_Logout", "u", "", logout},
	CallCreateObject:        {"C_CreateObject", "uaA", "u", createObject},
	CallCopyObject:          {"C_CopyObject", "uuaA", "u", copyObject},
	CallDestroyObject:       {"C_DestroyObject", "uu", "", destroyObject},
	CallGetObjectSize:       {"C_GetObjectSize", "uu", "u", getObjectSize},
	CallGetAttributeValue:   {"C_GetAttributeValue", "uufA", "aAu", getAttributeValue},
	CallSetAttributeValue:   {"C_SetAttributeValue", "uuaA", "", setAttributeValue},
	CallFindObjectsInit:     {"C_FindObjectsInit", "uaA", "", findObjectsInit},
	CallFindObjects:         {"C_FindObjects", "ufu", "au", findObjects},
	CallFindObjectsFinal:    {"C_FindObjectsFinal", "u", "", findObjectsFinal},
	CallEncryptInit:         {"C_EncryptInit", "uMu", "", nil},
	CallEncrypt:             {"C_Encrypt", "uayfy", "ay", nil},
	CallEncryptUpdate:       {"C_EncryptUpdate", "uayfy", "ay", nil},
	CallEncryptFinal:        {"C_EncryptFinal", "ufy", "ay", nil},
	CallDecryptInit:         {"C_DecryptInit", "uMu", "", nil},
	CallDecrypt:             {"C_Decrypt", "uayfy", "ay", nil},
	CallDecryptUpdate:       {"C_DecryptUpdate", "uayfy", "ay", nil},
	CallDecryptFinal:        {"C_DecryptFinal", "ufy", "ay", nil},
	CallDigestInit:          {"C_DigestInit", "uM", "", nil},
	CallDigest:              {"C_Digest", "uayfy", "ay", nil},
	CallDigestUpdate:        {"C_DigestUpdate", "uay", "", nil},
	CallDigestKey:           {"C_DigestKey", "uu", "", nil},
	CallDigestFinal:         {"C_DigestFinal", "ufy", "ay", nil},
	CallSignInit:            {"C_SignInit", "uMu", "", signInit},
	CallSign:                {"C_Sign", "uayfy", "ay", sign},
	CallSignUpdate:          {"C_SignUpdate", "uay", "", signUpdate},
	CallSignFinal:           {"C_SignFinal", "ufy", "ay", signFinal},
	CallSignRecoverInit:     {"C_SignRecoverInit", "uMu", "", nil},
	CallSignRecover:         {"C_SignRecover", "uayfy", "ay", nil},
	CallVerifyInit:          {"C_VerifyInit", "uMu", "", nil},
	CallVerify:              {"C_Verify", "uayay", "", nil},
	CallVerifyUpdate:        {"C_VerifyUpdate", "uay", "", nil},
	CallVerifyFinal:         {"C_VerifyFinal", "uay", "", nil},
	CallVerifyRecoverInit:   {"C_VerifyRecoverInit", "uMu", "", nil},
	CallVerifyRecover:       {"C_VerifyRecover", "uayfy", "ay", nil},
	CallDigestEncryptUpdate: {"C_DigestEncryptUpdate", "uayfy", "ay", nil},
	CallDecryptDigestUpdate: {"C_DecryptDigestUpdate", "uayfy", "ay", nil},
	CallSignEncryptUpdate:   {"C_SignEncryptUpdate", "uayfy", "ay", nil},
	CallDecryptVerifyUpdate: {"C_DecryptVerifyUpdate", "uayfy", "ay", nil},
	CallGenerateKey:         {"C_GenerateKey", "uMaA", "u", nil},
	CallGenerateKeyPair:     {"C_GenerateKeyPair", "uMaAaA", "uu", nil},
	CallWrapKey:             {"C_WrapKey", "uMuufy", "ay", nil},
	CallUnwrapKey:           {"C_UnwrapKey", "uMuayaA", "u", nil},
	CallDeriveKey:           {"C_DeriveKey", "uMuaA", "u", nil},
	CallSeedRandom:          {"C_SeedRandom", "uay", "", nil},
	CallGenerateRandom:      {"C_GenerateRandom", "ufy", "ay", nil},
	CallWaitForSlotEvent:    {"C_WaitForSlotEvent", "u", "u", waitForSlotEvent},
	CallLoginUser:           {"C_LoginUser", "uuayay", "", loginUser},
	CallSessionCancel:       {"C_SessionCancel", "uu", "", sessionCancel},
	CallMessageEncryptInit:  {"C_MessageEncryptInit", "uMu", "", nil},
	CallEncryptMessage:      {"C_EncryptMessage", "uayayayfy", "ay", nil},
	CallEncryptMessageBegin: {"C_EncryptMessageBegin", "uayay", "", nil},
	CallEncryptMessageNext:  {"C_EncryptMessageNext", "uayayfyu", "ay", nil},
	CallMessageEncryptFinal: {"C_MessageEncryptFinal", "u", "", nil},
	CallMessageDecryptInit:  {"C_MessageDecryptInit", "uMu", "", nil},
	CallDecryptMessage:      {"C_DecryptMessage", "uayayayfy", "ay", nil},
	CallDecryptMessageBegin: {"C_DecryptMessageBegin", "uayay", "", nil},
	CallDecryptMessageNext:  {"C_DecryptMessageNext", "uayayfyu", "ay", nil},
	CallMessageDecryptFinal: {"C_MessageDecryptFinal", "u", "", nil},
	CallMessageSignInit:     {"C_MessageSignInit", "uMu", "", nil},
	CallSignMessage:         {"C_SignMessage", "uayayfy", "ay", nil},
	CallSignMessageBegin:    {"C_SignMessageBegin", "uay", "", nil},
	CallSignMessageNext:     {"C_SignMessageNext", "uayayyfy", "ay", nil},
	CallMessageSignFinal:    {"C_MessageSignFinal", "u", "", nil},
	CallMessageVerifyInit:   {"C_MessageVerifyInit", "uMu", "", nil},
	CallVerifyMessage:       {"C_VerifyMessage", "uayayay", "", nil},
	CallVerifyMessageBegin:  {"C_VerifyMessageBegin", "uay", "", nil},
	CallVerifyMessageNext:   {"C_VerifyMessageNext", "uayayay", "", nil},
	CallMessageVerifyFinal:  {"C_MessageVerifyFinal", "u", "", nil},
	CallInitToken2:          {"C_InitToken2", "uays", "", initToken},
	CallDeriveKey2:          {"C_DeriveKey2", "uMuaA", "uPu", nil},
}

// callOf gives a row, and whether there is one.
func callOf(id CallID) (call, bool) {
	if id == 0 || int64(id) >= int64(len(calls)) {
		return call{}, false
	}
	return calls[id], true
}
